import Logging

/// Carries orders out apart from the doctor's repairs.
struct WorkTurn: Sendable {
    /// nil where nobody else works on the host.
    let lock: WorkLock?
    let clock: any Clock<Duration>
    let logger: Logger

    /// Does the work as soon as no repair is under way.
    func take(_ work: () async throws -> Void) async throws {
        guard let lock else { return try await work() }
        while try await lock.holding(work) == nil {
            logger.info("waiting for the doctor, which repairs this host")
            try await clock.sleep(for: .seconds(5))
        }
    }
}
