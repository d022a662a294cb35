import AgentProtocol

/// Whether there is room for a transaction, asked before anything is fetched.
extension Dnf {
    /// A change as the planner tells it, with the room that it takes.
    struct SizedChange: Decodable {
        var action: PlannedChange.Action
        /// The file's name in the repository.
        var archive: String?
        var archiveBytes: Int64?
        var installedBytes: Int64?
        var replacedBytes: Int64?
        var isKernel: Bool?
    }

    /// - Parameters: as of ``ask(_:_:_:waiting:)``.
    /// - Throws: ``StepFailure`` of class `disk` with what is needed and what is free.
    func checkSpace(_ arguments: [String], _ command: [String]) async throws(StepFailure) {
        try space(of: try await ask("plan", arguments, command)).check(root: options.root, archives: options.archives)
    }

    func space(of changes: [SizedChange]) -> TransactionSpace {
        var space = TransactionSpace()
        for change in changes where change.action == .install {
            space.add(
                archive: missingBytes(change),
                size: Self.bounded(change.installedBytes),
                replacing: Self.bounded(change.replacedBytes),
                isKernel: change.isKernel ?? false
            )
        }
        return space
    }

    /// What is still to be fetched: an archive that an earlier run brought whole takes no more room.
    private func missingBytes(_ change: SizedChange) -> Int64 {
        let size = Self.bounded(change.archiveBytes)
        guard let name = change.archive?.split(separator: "/").last else { return size }
        return DurableFile.size(of: "\(options.archives)/\(name)") == size ? 0 : size
    }

    /// A repository may say anything: sums of it must not overflow.
    private static func bounded(_ bytes: Int64?) -> Int64 { min(max(0, bytes ?? 0), 1 << 44) }
}
