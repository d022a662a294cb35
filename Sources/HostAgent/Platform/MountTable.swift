/// The mount points of a `mountinfo`, as proc_pid_mountinfo(5) has it.
enum MountTable {
    private static let networkTypes: Set<Substring> = [
        "nfs", "nfs4", "cifs", "smb3", "ceph", "glusterfs", "fuse.glusterfs", "lustre", "fuse.sshfs", "zfs", "virtiofs",
    ]
    /// Those in which the server's other file systems mount themselves where somebody enters them.
    private static let shareTypes: Set<Substring> = ["nfs", "nfs4", "cifs", "smb3"]
    /// Images of packages and discs, which come and go.
    private static let imageTypes: Set<Substring> = ["squashfs", "iso9660", "udf"]
    /// What is mounted below these is a container's, a removable disc's or a program's own business.
    private static let passing = [
        "/run", "/media", "/snap", "/var/snap", "/var/lib/docker", "/var/lib/containers", "/var/lib/containerd",
        "/var/lib/kubelet",
    ]

    /// Where zfs mounts its snapshots.
    private static let snapshots = "/.zfs/snapshot/"

    /// Where file systems on devices and on the network are mounted that are there from boot to boot, sorted.
    ///
    /// What is mounted when it is used first is not: automounts and what lies below them, file systems of a share inside
    /// of it, and snapshots.
    static func permanent(_ mountinfo: String) -> [String] {
        let mounts = mountinfo.split(separator: "\n").compactMap(Mount.init)
        let places = passing + mounts.filter { $0.type == "autofs" }.map(\.point)
        let shares = Set(mounts.filter { $0.isShare }.map(\.id))
        let points = mounts.filter { $0.isReal && !($0.isShare && shares.contains($0.parent)) }.map(\.point)
            .filter { point in
                !point.contains(snapshots) && !places.contains { point == $0 || point.hasPrefix($0 + "/") }
            }
        return Set(points).sorted()
    }

    private struct Mount {
        let id: Substring
        let parent: Substring
        let point: String
        let type: Substring
        let source: Substring

        init?(_ line: Substring) {
            let fields = line.split(separator: " ")
            guard fields.count > 6, let separator = fields[6...].firstIndex(of: "-"), separator + 2 < fields.count
            else {
                return nil
            }
            (id, parent) = (fields[0], fields[1])
            point = unescaped(fields[4])
            type = fields[separator + 1]
            source = fields[separator + 2]
        }

        var isShare: Bool { shareTypes.contains(type) }

        var isReal: Bool { networkTypes.contains(type) || source.hasPrefix("/dev/") && !imageTypes.contains(type) }
    }

    /// Spaces and the like are written as a backslash and three octal digits.
    private static func unescaped(_ text: Substring) -> String {
        var (bytes, rest) = ([UInt8](), text.utf8[...])
        while let byte = rest.popFirst() {
            let digits = Substring(rest.prefix(3))
            guard byte == UInt8(ascii: "\\"), digits.utf8.count == 3, let code = UInt8(digits, radix: 8)
            else {
                bytes.append(byte)
                continue
            }
            bytes.append(code)
            rest = rest.dropFirst(3)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
