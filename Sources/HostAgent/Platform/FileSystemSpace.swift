import Glibc

/// What the file system of a path has left for others than root's reserve.
struct FileSystemSpace: Equatable {
    var device: UInt64
    var freeBytes: Int64
    /// nil where inodes are made as they are needed.
    var freeInodes: Int64?

    init(device: UInt64, freeBytes: Int64, freeInodes: Int64?) {
        self.device = device
        self.freeBytes = freeBytes
        self.freeInodes = freeInodes
    }

    /// - Returns: nil when there is nothing at the path.
    init?(of path: String) throws(FileFailure) {
        var status = stat()
        var system = statvfs()
        guard stat(path, &status) == 0, statvfs(path, &system) == 0 else {
            if errno == ENOENT { return nil }
            throw FileFailure("tell the free space of", path, errno)
        }
        device = UInt64(status.st_dev)
        let (bytes, isTooMany) = UInt64(system.f_bavail).multipliedReportingOverflow(by: UInt64(system.f_frsize))
        freeBytes = isTooMany ? .max : Int64(clamping: bytes)
        freeInodes = system.f_files == 0 ? nil : Int64(clamping: system.f_favail)
    }
}

/// Room that is needed somewhere.
struct SpaceDemand: Equatable {
    var folder: String
    var bytes: Int64
    var inodes: Int64

    /// What is short, in words, for each file system.
    ///
    /// Folders on one of them share its room; folders that are not there need none.
    static func shortages(
        of demands: [SpaceDemand],
        space: (String) throws(FileFailure) -> FileSystemSpace?
    ) throws(FileFailure) -> [String] {
        var systems: [(space: FileSystemSpace, demands: [SpaceDemand])] = []
        for demand in demands {
            guard let found = try space(demand.folder) else { continue }
            if let index = systems.firstIndex(where: { $0.space.device == found.device }) {
                systems[index].demands.append(demand)
            } else {
                systems.append((found, [demand]))
            }
        }
        return systems.flatMap { system in
            let folders = system.demands.map(\.folder).joined(separator: ", ")
            let bytes = system.demands.reduce(0) { $0 + $1.bytes }
            let inodes = system.demands.reduce(0) { $0 + $1.inodes }
            var shortages: [String] = []
            if system.space.freeBytes < bytes {
                shortages.append("\(folders): \(mebibytes(bytes)) needed, \(mebibytes(system.space.freeBytes)) free")
            }
            if let free = system.space.freeInodes, free < inodes {
                shortages.append("\(folders): \(inodes) inodes needed, \(free) free")
            }
            return shortages
        }
    }

    private static func mebibytes(_ bytes: Int64) -> String { "\(bytes >> 20) MiB" }
}
