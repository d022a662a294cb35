package import Logging
import Synchronization

/// Where nodes wait for their orders: many long polls, one query.
package final class OrderDesk: Sendable {
    /// How often all waiting nodes are looked up, for orders that another process gave; also the grain of waiting times.
    private static let tick = Duration.milliseconds(500)
    /// In ticks; far beyond any long poll.
    private static let longestWait = 1_000_000.0
    /// Nodes in one query.
    private static let queryNodes = 5_000

    private let store: any OrderStore
    private let clock: any Clock<Duration>
    private let logger: Logger
    private let waiters = Mutex(OrderWaiters())
    private let signal = Signal()

    package init(store: any OrderStore, hints: Hints, clock: any Clock<Duration> = ContinuousClock(), logger: Logger) {
        self.store = store
        self.clock = clock
        self.logger = logger
        hints.orderDeskListens { [weak self] nodes in self?.issued(nodes) }
    }

    /// The oldest order of the node that is not retracted; nil when none came within `wait`.
    ///
    /// The same order comes again until it is retracted. Waits in steps of half a second. ``run()`` must run.
    ///
    /// - Throws: ``OrderDeskFull``, ``StoreError`` when the wait ended while the store could not be asked, and
    ///   `CancellationError`.
    package func next(for node: String, wait: Duration) async throws -> StoredOrder? {
        let ticket = try waiters.withLock { waiters throws(OrderDeskFull) in try waiters.ticket() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let ticks = Int(min((wait / Self.tick).rounded(.up), Self.longestWait))
                let waiter = OrderWaiters.Waiter(ticks: ticks, continuation: continuation)
                let isAdded = waiters.withLock { $0.add(waiter, ticket: ticket, node: node) }
                if isAdded { signal.notify() } else { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            waiters.withLock { $0.cancel(ticket) }?.resume(throwing: CancellationError())
        }
    }

    /// Answers the waiting nodes until the task is cancelled; then all of them get nil.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.keepTicking() }
            while !Task.isCancelled {
                await serve()
                await signal.wait()
            }
            group.cancelAll()
        }
        for continuation in waiters.withLock({ $0.close() }) { continuation.resume(returning: nil) }
    }

    // MARK: - Steps

    private func issued(_ nodes: Set<String>) {
        if waiters.withLock({ $0.mark(nodes) }) { signal.notify() }
    }

    private func keepTicking() async {
        while !Task.isCancelled {
            do { try await clock.sleep(for: Self.tick) } catch { return }
            if waiters.withLock({ $0.tick() }) { signal.notify() }
        }
    }

    private func serve() async {
        while true {
            let nodes = waiters.withLock { $0.takeMarked(limit: Self.queryNodes) }
            guard !nodes.isEmpty else { return }
            do throws(StoreError) {
                let orders = try await store.oldestOrders(for: nodes)
                waiters.withLock { $0.settle(nodes, orders) }.resume()
            } catch {
                logger.error("orders cannot be looked up", metadata: ["error": "\(error)", "nodes": "\(nodes.count)"])
                waiters.withLock { $0.fail(nodes, error) }.resume()
                return
            }
        }
    }
}

/// More nodes wait for orders than this process serves.
package struct OrderDeskFull: Error, Equatable, CustomStringConvertible {
    package var description: String { "too many nodes wait for orders here; try again in a few seconds" }
}
