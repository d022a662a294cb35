/// The mount points of a `mountinfo`, as proc_pid_mountinfo(5) has it.
enum MountTable {
    private static let networkTypes: Set<Substring> = [
        "nfs", "nfs4", "cifs", "smb3", "ceph", "glusterfs", "fuse.glusterfs", "lustre", "fuse.sshfs", "zfs", "virtiofs",
    ]
    /// Images of packages and discs, which come and go.
    private static let imageTypes: Set<Substring> = ["squashfs", "iso9660", "udf"]
    /// What is mounted below these is a container's, a removable disc's or a program's own business.
    private static let passing = [
        "/run", "/media", "/snap", "/var/snap", "/var/lib/docker", "/var/lib/containers", "/var/lib/containerd",
        "/var/lib/kubelet",
    ]

    /// Where file systems on devices and on the network are mounted that are there from boot to boot, sorted.
    ///
    /// What is mounted when it is used first is not: automounts, and what lies below them.
    static func permanent(_ mountinfo: String) -> [String] {
        let mounts = mountinfo.split(separator: "\n").compactMap(Mount.init)
        let places = passing + mounts.filter { $0.type == "autofs" }.map(\.point)
        let points = mounts.filter { $0.isReal }.map(\.point).filter { point in
            !places.contains { point == $0 || point.hasPrefix($0 + "/") }
        }
        return Set(points).sorted()
    }

    private struct Mount {
        let point: String
        let type: Substring
        let source: Substring

        init?(_ line: Substring) {
            let fields = line.split(separator: " ")
            guard fields.count > 6, let separator = fields[6...].firstIndex(of: "-"), separator + 2 < fields.count
            else {
                return nil
            }
            point = unescaped(fields[4])
            type = fields[separator + 1]
            source = fields[separator + 2]
        }

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
