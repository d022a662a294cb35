import AgentProtocol

/// The room that a package transaction takes, asked for before anything is fetched.
struct TransactionSpace: Equatable {
    /// What is left over after a transaction at the least: for logs, caches and the package database.
    private enum Floor {
        static let bytes: Int64 = 32 << 20
        static let inodes: Int64 = 1_000
        /// The size of a file that a package brings, as a low mean: the index tells no count.
        static let fileBytes: Int64 = 32 << 10
    }

    /// That come, with those that are replaced.
    private(set) var packages: Int64 = 0
    private(set) var archiveBytes: Int64 = 0
    private var growth: Int64 = 0
    private var largest: Int64 = 0
    private var kernels: Int64 = 0

    /// - Parameters:
    ///   - archive: bytes that are still to be fetched.
    ///   - size: bytes of its files.
    ///   - replaced: bytes of the files that go.
    mutating func add(archive: Int64, size: Int64, replacing replaced: Int64, isKernel: Bool) {
        packages += 1
        archiveBytes += archive
        growth += max(0, size - replaced)
        largest = max(largest, size)
        if isKernel { kernels += 1 }
    }

    /// - Parameters:
    ///   - root: without a slash at its end; empty for the machine itself.
    ///   - archives: the folder that they are fetched into.
    func demands(root: String, archives: String) throws(StepFailure) -> [SpaceDemand] {
        // A package's new files stand beside its old ones until it is unpacked.
        let unpacked = growth + largest
        let system = Boot.exists(root + "/usr") ? "/usr" : "/"
        let boot = root + "/boot"
        return [
            SpaceDemand(folder: root + "/", bytes: Floor.bytes, inodes: Floor.inodes),
            SpaceDemand(folder: root + system, bytes: unpacked, inodes: unpacked / Floor.fileBytes),
            SpaceDemand(folder: root + "/var", bytes: Floor.bytes, inodes: Floor.inodes),
            SpaceDemand(folder: archives, bytes: archiveBytes, inodes: packages),
            SpaceDemand(folder: boot, bytes: kernels * (try Self.kernelBytes(in: boot)), inodes: 10),
        ]
    }

    /// - Throws: ``StepFailure`` of class `disk` with what is needed and what is free.
    func check(root: String, archives: String) throws(StepFailure) {
        let demands = try demands(root: root, archives: archives)
        let shortages: [String]
        do throws(FileFailure) {
            shortages = try SpaceDemand.shortages(of: demands) { path throws(FileFailure) in
                try FileSystemSpace(of: path)
            }
        } catch {
            throw StepFailure(.disk, error.description)
        }
        guard shortages.isEmpty else {
            let detail = "no room for \(packages) packages; free some space and install again: "
            throw StepFailure(.disk, detail + shortages.joined(separator: "; "))
        }
    }

    /// The largest kernel there with the largest initial file system: what one more takes, or one that is written anew.
    ///
    /// One for rescue is larger than those that kernels come with, and is not made again.
    private static func kernelBytes(in folder: String) throws(StepFailure) -> Int64 {
        do throws(FileFailure) {
            var largest: [String: Int64] = [:]
            for name in try DurableFile.names(in: folder) where !name.contains("rescue") {
                guard let kind = ["vmlinuz-", "initrd.img-", "initramfs-"].first(where: name.hasPrefix) else {
                    continue
                }
                guard let size = DurableFile.size(of: "\(folder)/\(name)") else { continue }
                largest[kind] = max(largest[kind] ?? 0, size)
            }
            return largest.values.reduce(0, +)
        } catch {
            throw StepFailure(.disk, error.description)
        }
    }
}
