import AgentProtocol

/// Whether there is room for a transaction, asked before anything is fetched.
extension Apt {
    /// What is left over after a transaction at the least: for logs, caches and the package database.
    private enum Floor {
        static let bytes: Int64 = 32 << 20
        static let inodes: Int64 = 1_000
        /// The size of a file that a package brings, as a low mean: the index tells no count.
        static let fileBytes: Int64 = 32 << 10
    }

    /// - Throws: ``StepFailure`` of class `disk` with what is needed and what is free.
    func checkSpace(for transaction: PackageTransaction) async throws(StepFailure) {
        let changes = try await simulate(transaction).filter { $0.action == .install }
        let demands = try await demands(of: changes)
        let shortages: [String]
        do throws(FileFailure) {
            shortages = try SpaceDemand.shortages(of: demands) { path throws(FileFailure) in
                try FileSystemSpace(of: path)
            }
        } catch {
            throw StepFailure(.disk, error.description)
        }
        guard shortages.isEmpty else {
            let detail = "no room for \(changes.count) packages; free some space and install again: "
            throw StepFailure(.disk, detail + shortages.joined(separator: "; "))
        }
    }

    func demands(of changes: [PlannedChange]) async throws(StepFailure) -> [SpaceDemand] {
        let versions = changes.map { "\(plainName($0.name, $0.architecture))=\($0.to ?? "")" }
        let details = try await details(of: versions)
        let installed = try await database()
        var (archives, growth, largest): (Int64, Int64, Int64) = (0, 0, 0)
        for change in changes {
            let (name, version) = (change.name, change.to ?? "")
            let new = details[PatchReference(name: name, architecture: change.architecture, version: version)]
            let size = Self.unpackedBytes(new)
            let old = installed.first { $0.state.name == name && $0.state.version == change.from }
            archives += missingBytes(new)
            growth += max(0, size - Self.unpackedBytes(old?.fields))
            largest = max(largest, size)
        }
        let kernels = changes.count { Self.isKernel($0.name) }
        // A package's new files stand beside its old ones until it is unpacked.
        let unpacked = growth + largest
        let system = Boot.exists(options.root + "/usr") ? "/usr" : "/"
        return [
            SpaceDemand(folder: options.root + "/", bytes: Floor.bytes, inodes: Floor.inodes),
            SpaceDemand(folder: options.root + system, bytes: unpacked, inodes: unpacked / Floor.fileBytes),
            SpaceDemand(folder: options.root + "/var", bytes: Floor.bytes, inodes: Floor.inodes),
            SpaceDemand(folder: options.archives, bytes: archives, inodes: Int64(changes.count)),
            SpaceDemand(folder: options.root + "/boot", bytes: Int64(kernels) * (try kernelBytes()), inodes: 10),
        ]
    }

    /// What is still to be fetched: an archive that an earlier run brought whole takes no more room.
    private func missingBytes(_ fields: [String: String]?) -> Int64 {
        guard let fields, let size = fields["Size"].flatMap({ Int64($0) }) else { return 0 }
        let words = ["Package", "Version", "Architecture"].map { fields[$0] ?? "" }
        // As apt names the archives that it keeps.
        let name = words.map { $0.replacing("_", with: "%5f").replacing(":", with: "%3a") }.joined(separator: "_")
        return DurableFile.size(of: "\(options.archives)/\(name).deb") == size ? 0 : size
    }

    private static func unpackedBytes(_ fields: [String: String]?) -> Int64 {
        fields?["Installed-Size"].flatMap { Int64($0) }.map { min($0, 1 << 40) * 1_024 } ?? 0
    }

    /// A kernel itself, not a package that asks for the newest one.
    private static func isKernel(_ name: String) -> Bool {
        let prefix = "linux-image-"
        return name.hasPrefix(prefix) && name.dropFirst(prefix.count).first?.isNumber == true
    }

    /// The largest kernel there with the largest initial file system: what one more takes, or one that is written anew.
    private func kernelBytes() throws(StepFailure) -> Int64 {
        let folder = options.root + "/boot"
        do throws(FileFailure) {
            var largest: [String: Int64] = [:]
            for name in try DurableFile.names(in: folder) {
                guard let kind = ["vmlinuz-", "initrd.img-"].first(where: name.hasPrefix) else { continue }
                guard let size = DurableFile.size(of: "\(folder)/\(name)") else { continue }
                largest[kind] = max(largest[kind] ?? 0, size)
            }
            return largest.values.reduce(0, +)
        } catch {
            throw StepFailure(.disk, error.description)
        }
    }
}
