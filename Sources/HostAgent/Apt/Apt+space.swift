import AgentProtocol

/// Whether there is room for a transaction, asked before anything is fetched.
extension Apt {
    /// - Throws: ``StepFailure`` of class `disk` with what is needed and what is free.
    func checkSpace(for transaction: PackageTransaction) async throws(StepFailure) {
        try await space(of: try await simulate(transaction)).check(root: options.root, archives: options.archives)
    }

    func space(of changes: [PlannedChange]) async throws(StepFailure) -> TransactionSpace {
        let changes = changes.filter { $0.action == .install }
        let versions = changes.map { "\(plainName($0.name, $0.architecture))=\($0.to ?? "")" }
        let details = try await details(of: versions)
        let installed = try await database()
        var space = TransactionSpace()
        for change in changes {
            let (name, version) = (change.name, change.to ?? "")
            let new = details[PatchReference(name: name, architecture: change.architecture, version: version)]
            let old = installed.first { $0.state.name == name && $0.state.version == change.from }
            space.add(
                archive: missingBytes(new),
                size: Self.unpackedBytes(new),
                replacing: Self.unpackedBytes(old?.fields),
                isKernel: Self.isKernel(name)
            )
        }
        return space
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
}
