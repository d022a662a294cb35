import Glibc
import NIOCore
import NIOPosix
import Synchronization
@_spi(ExperimentalCustomExecutors) @_spi(ExperimentalScheduling) import _Concurrency

/// Runs the tasks of a process without libdispatch.
///
/// Swift's own executors are libdispatch's on Linux, which looks after its threads once a second for as long as the process
/// lives. These are NIO's threads, which sleep as long as there is nothing to do. Who waits for long asks ``QuietClock``.
package enum QuietProcess {
    /// A task may wait for the disk while another one goes on.
    private static let threads = 2

    /// Runs the body as the first task of the process, and ends the process successfully after it.
    ///
    /// To be called once, on the main thread, before there is any task.
    package static func run(_ body: @escaping @Sendable () async -> Void) {
        NIOSingletons.groupLoopCountSuggestion = 1
        NIOSingletons.blockingPoolThreadCountSuggestion = threads
        _createExecutors(factory: QuietExecutors.self)
        QuietExecutors.main.run {
            // Not a task of the main actor, whose thread this is: it would keep the loop from everything else.
            Task.detached {
                await body()
                exit(EXIT_SUCCESS)
            }
        }
    }
}

/// The executors of such a process.
private enum QuietExecutors: ExecutorFactory {
    static let main = MainLoopExecutor()
    static let pool = PoolExecutor()

    static var mainExecutor: any MainExecutor { main }
    static var defaultExecutor: any TaskExecutor { pool }
}

/// Runs what is ready on a few threads, and keeps what is to wait in an event loop.
private final class PoolExecutor: TaskExecutor, SchedulingExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        NIOThreadPool.singleton.submit { _ in job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    func enqueue<C: Clock>(
        _ job: consuming ExecutorJob,
        after delay: C.Duration,
        tolerance: C.Duration?,
        clock: C
    ) {
        let job = UnownedJob(job)
        // No clock here counts otherwise.
        let time = max(.zero, min(delay as? Duration ?? .zero, QuietClock.longest))
        MultiThreadedEventLoopGroup.singleton.next().scheduleTask(in: TimeAmount(time)) { self.enqueue(job) }
    }

    func enqueue<C: Clock>(
        _ job: consuming ExecutorJob,
        at instant: C.Instant,
        tolerance: C.Duration?,
        clock: C
    ) {
        enqueue(job, after: clock.now.duration(to: instant), tolerance: tolerance, clock: clock)
    }
}

/// Runs the main actor's jobs in an event loop of the main thread.
private final class MainLoopExecutor: MainExecutor {
    private let loop = Mutex<(any EventLoop)?>(nil)

    /// - Parameter begin: called when jobs can be taken.
    func run(_ begin: @escaping () -> Void) {
        MultiThreadedEventLoopGroup.withCurrentThreadAsEventLoop { loop in
            self.loop.withLock { $0 = loop }
            begin()
        }
    }

    func run() throws { run {} }

    func stop() { loop.withLock(\.self)?.shutdownGracefully { _ in } }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.withLock(\.self)?.execute { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func checkIsolated() { loop.withLock(\.self)?.preconditionInEventLoop() }
}
