package import NIOCore
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
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let end = loop.scheduleTask(in: TimeAmount(time)) {}
        try await withTaskCancellationHandler {
            do {
                try await end.futureResult.get()
            } catch {
                throw CancellationError()
            }
        } onCancel: {
            loop.cancelQuietly(end)
        }
    }
}

extension EventLoop {
    /// Cancels a timer and has nothing wake the process when its time has come.
    ///
    /// NIO sets the kernel's timer for the earliest of a loop's own, and leaves it set when that one is cancelled: any later timer is
    /// covered by it. One that is due at once takes its place.
    package func cancelQuietly(_ timer: Scheduled<Void>) {
        timer.cancel()
        scheduleTask(in: .milliseconds(1)) {}
    }
}
