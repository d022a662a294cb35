import Foundation
import HostAgent
import NIOCore
import NIOPosix
import Testing

@Suite("The clock whose waits leave nothing behind", .timeLimit(.minutes(10)))
struct QuietClockTests {
    @Test("waits as long as it is to, and no time for what is past")
    func time() async throws {
        let clock = QuietClock()
        let start = clock.now
        try await clock.sleep(for: .milliseconds(20))
        #expect(start.duration(to: clock.now) >= .milliseconds(20))
        try await clock.sleep(until: start, tolerance: nil)
        try await clock.sleep(for: .seconds(-1))
    }

    @Test("ends a wait that is cancelled, however long it is", arguments: [3_600, Int64.max / 1_000_000_000])
    func cancelled(seconds: Int64) async {
        let wait = Task { try await QuietClock().sleep(for: .seconds(seconds)) }
        wait.cancel()
        await #expect(throws: CancellationError.self) { try await wait.value }
    }

    @Test("a timer that was cancelled quietly wakes nobody when its time has come")
    func quiet() async throws {
        #expect(try await Self.wakeUps { loop, timer in loop.cancelQuietly(timer) } == 0)
    }

    /// How often a loop wakes up from a second after a timer was cancelled, until long after the timer's time.
    private static func wakeUps(cancelling: (any EventLoop, Scheduled<Void>) -> Void) async throws -> Int {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { group.shutdownGracefully { _ in } }
        let loop = group.next()
        let thread = try await loop.submit {
            try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
        }.get()
        let timer = loop.scheduleTask(in: .seconds(4)) {}
        // By the time that this is answered the loop has heard of the timer.
        try await loop.submit {}.get()
        try await Task.sleep(for: .milliseconds(200))
        cancelling(loop, timer)
        try await Task.sleep(for: .seconds(1))
        let before = try sleeps(of: thread)
        try await Task.sleep(for: .seconds(5))
        return try sleeps(of: thread) - before
    }

    /// How often a thread of this process has gone to sleep.
    ///
    /// - Parameter thread: `PID/task/THREAD`.
    private static func sleeps(of thread: String) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(thread)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches:") }
        return try #require(line?.split(separator: "\t").last.flatMap { Int($0) })
    }
}
