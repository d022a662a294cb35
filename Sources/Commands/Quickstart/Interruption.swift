import ArgumentParser
import UnixSignals

/// Ends work in order when a person or the system asks the process to end.
enum Interruption {
    /// Runs the body; SIGINT and SIGTERM cancel it, and what it started is ended before this throws.
    static func guarding<Outcome: Sendable>(
        _ body: @escaping @Sendable () async throws -> Outcome
    ) async throws -> Outcome {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return try await Companions.during(
            [
                {
                    for await _ in signals {
                        throw CommandFailure(
                            "interrupted; everything that was started is ended",
                            exitCode: .interrupted
                        )
                    }
                }
            ],
            body
        )
    }
}
