package import Logging

/// An answer of the database that is kept for a while: however often it is asked for, the database works a twentieth of the time
/// at most.
package actor Sampled<Value: Sendable> {
    private static var shortest: Duration { .seconds(10) }
    /// How much longer an answer is kept than it took.
    private static var restFactor: Int { 20 }

    private let name: String
    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant
    private let ask: @Sendable () async throws -> Value
    private var asking: Task<Value?, Never>?
    private var value: Value?
    private var isDueAt: ContinuousClock.Instant

    /// - Parameters:
    ///   - name: what the log calls it when it cannot be known.
    ///   - ask: asks the database; one call at a time.
    package init(
        _ name: String,
        logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        _ ask: @escaping @Sendable () async throws -> Value
    ) {
        self.name = name
        self.logger = logger
        self.now = now
        isDueAt = now()
        self.ask = ask
    }

    /// nil while it cannot be known.
    package func current() async -> Value? {
        // Shared by all who ask meanwhile and awaited by each; it ends by itself.
        if let asking { return await asking.value }
        guard now() >= isDueAt else { return value }
        let task = Task { await self.sample() }
        asking = task
        return await task.value
    }

    private func sample() async -> Value? {
        let began = now()
        do {
            value = try await ask()
        } catch {
            value = nil
            logger.warning("metrics cannot be sampled", metadata: ["sample": "\(name)", "error": "\(error)"])
        }
        let end = now()
        isDueAt = end + max(Self.shortest, (end - began) * Self.restFactor)
        asking = nil
        return value
    }
}
