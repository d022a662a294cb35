import FoundationEssentials
import Glibc

/// A bundle while it is being built: a folder beside its place, which it takes when it is whole.
final class BundleFolder {
    private let target: String
    let path: String
    private(set) var files: [Manifest.File] = []
    private var tables: [Table: BundleFile] = [:]

    /// - Throws: ``EvidenceError`` when the target is there already.
    init(target: String) throws {
        guard !FileManager.default.fileExists(atPath: target) else { throw EvidenceError.exists(folder: target) }
        self.target = target
        // A process of the same number may have died in another container, or build another bundle here.
        path = "\(target).partial-\(UUID().uuidString.lowercased())"
        try BundleFile.reporting(path) {
            for folder in ["", "/\(BundleNames.events)", "/\(BundleNames.policies)"] {
                try FileManager.default.createDirectory(atPath: path + folder, withIntermediateDirectories: false)
            }
        }
        for table in Table.allCases {
            let file = try BundleFile(table.path, in: path)
            try file.write(row: table.columns)
            tables[table] = file
        }
    }

    func write(_ row: [String], to table: Table) throws(EvidenceError) { try tables[table]?.write(row: row) }

    func add(_ path: String, _ bytes: some Sequence<UInt8>) throws(EvidenceError) {
        let file = try BundleFile(path, in: self.path)
        try file.write(bytes)
        add(try file.close())
    }

    func add(_ file: Manifest.File) { files.append(file) }

    func closeTables() throws(EvidenceError) {
        for table in Table.allCases { if let file = tables[table] { add(try file.close()) } }
        tables = [:]
        files.sort { $0.path < $1.path }
    }

    /// Puts the folder into its place, durably; whoever made one there meanwhile keeps it.
    func publish() throws {
        for folder in ["\(path)/\(BundleNames.events)", "\(path)/\(BundleNames.policies)", path] {
            try Self.sync(folder)
        }
        guard rename(path, target) == 0 else {
            if [EEXIST, ENOTEMPTY, ENOTDIR].contains(errno) { throw EvidenceError.exists(folder: target) }
            throw EvidenceError.file(target, reason: String(cString: strerror(errno)))
        }
        try Self.sync(URL(filePath: target).deletingLastPathComponent().path)
    }

    /// Takes away what was built, after a failure.
    func discard() throws { try FileManager.default.removeItem(atPath: path) }

    private static func sync(_ folder: String) throws {
        let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw EvidenceError.file(folder, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw EvidenceError.file(folder, reason: String(cString: strerror(errno)))
        }
    }
}
