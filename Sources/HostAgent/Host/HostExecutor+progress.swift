import AgentProtocol
import Logging

/// How a package transaction gets on.
extension HostExecutor {
    private static let progressPause = Duration.seconds(10)

    /// Logs the progress while the body runs, each step once.
    func watched<Answer: Sendable>(_ order: Order, _ body: @Sendable () async -> Answer) async -> Answer {
        guard let logger else { return await body() }
        async let _ = logProgress(of: order, to: logger)
        return await body()
    }

    /// Ends when it is cancelled.
    private func logProgress(of order: Order, to logger: Logger) async {
        var last: RunProgress?
        do {
            while true {
                try await clock.sleep(for: Self.progressPause)
                guard let progress = try RunLog.progress(in: packages.logs), progress != last else { continue }
                last = progress
                logger.info(
                    "package transaction under way",
                    metadata: ["order.id": "\(order.id)", "progress": "\(progress)"]
                )
            }
        } catch {
            // The transaction has ended; and a log that cannot be read fails its own step.
            return
        }
    }
}
