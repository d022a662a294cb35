import NIOCore
import NIOPosix

/// The continuous clock; of a wait that is cancelled nothing is left, where one of Swift's own clocks wakes the process later on.
package struct QuietClock: Clock {
    /// As good as for ever; longer times cannot be counted.
    static let longest = Duration.seconds(10 * 365 * 86_400)

    private let clock = ContinuousClock()

    package init() {}

    package var now: ContinuousClock.Instant { clock.now }

    package var minimumResolution: Duration { clock.minimumResolution }

    package func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        let time = max(.zero, min(now.duration(to: deadline), Self.longest))
        let end = MultiThreadedEventLoopGroup.singleton.next().scheduleTask(in: TimeAmount(time)) {}
        try await withTaskCancellationHandler {
            do {
                try await end.futureResult.get()
            } catch {
                throw CancellationError()
            }
        } onCancel: {
            end.cancel()
        }
    }
}
