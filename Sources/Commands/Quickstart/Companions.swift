/// Work that goes on beside other work.
package enum Companions {
    /// Runs `body` while the companions run.
    ///
    /// A companion that throws ends the body, and the error is thrown. When this returns, all companions have ended.
    package static func during<Outcome: Sendable>(
        _ companions: [@Sendable () async throws -> Void],
        _ body: @escaping @Sendable () async throws -> Outcome
    ) async throws -> Outcome {
        try await withThrowingTaskGroup(of: Outcome?.self) { group in
            for companion in companions {
                group.addTask {
                    try await companion()
                    return nil
                }
            }
            group.addTask { try await body() }
            defer { group.cancelAll() }
            while let ended = try await group.next() {
                if let outcome = ended { return outcome }
            }
            throw CancellationError()
        }
    }
}
