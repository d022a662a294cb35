package import Logging
import Synchronization

/// Where nodes wait for their orders: many long polls, one query.
package final class OrderDesk: Sendable {
    /// How often the log is looked at, for orders that another process gave; also the grain of waiting times.
    private static let tick = Duration.milliseconds(500)
    /// Nodes that are looked up in each tick, on average, while the log grows: it bounds what a busy fleet's waiting nodes cost.
    private static let sweptEachTick = 10_000
    /// A drain ends a share of the waits in each of so many ticks: their nodes do not come to the next server all at once.
    private static let drainTicks = 6
    /// In ticks; far beyond any long poll.
    private static let longestWait = 1_000_000.0
    /// Between two lookups, so that nodes that come meanwhile share the next.
    private static let rest = Duration.milliseconds(20)
    /// Nodes in one query.
    private static let queryNodes = 5_000

    private let store: any OrderStore & LogStore
    private let clock: any Clock<Duration>
    private let logger: Logger
    private let waiters = Mutex(OrderWaiters())
    private let signal = Signal()

    package init(
        store: any OrderStore & LogStore,
        hints: Hints,
        clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger
    ) {
        self.store = store
        self.clock = clock
        self.logger = logger
        hints.orderDeskListens { [weak self] nodes in self?.issued(nodes) }
    }

    /// The oldest order of the node that is not retracted; nil when none came within `wait`.
    ///
    /// The same order comes again until it is retracted. Waits in steps of half a second. ``run()`` must run.
    ///
    /// - Parameter known: the id of an order that is not waited for: the next one is.
    /// - Throws: ``OrderDeskFull``, ``StoreError`` when the wait ended while the store could not be asked, and
    ///   `CancellationError`.
    package func next(for node: String, wait: Duration, after known: String? = nil) async throws -> StoredOrder? {
        let ticket = try waiters.withLock { waiters throws(OrderDeskFull) in try waiters.ticket() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let ticks = Int(min((wait / Self.tick).rounded(.up), Self.longestWait))
                let isAdded = waiters.withLock {
                    $0.add(continuation, ticks: ticks, ticket: ticket, node: node, known: known)
                }
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
                if await serve() {
                    // Ends early when the desk closes.
                    do { try await clock.sleep(for: Self.rest) } catch { break }
                }
                await signal.wait()
            }
            group.cancelAll()
        }
        for continuation in waiters.withLock({ $0.close() }) { continuation.resume(returning: nil) }
    }

    /// Ends every wait within a few seconds, those that begin from now on too; orders are still given meanwhile.
    package func drain() { waiters.withLock { $0.drain(ticks: Self.drainTicks) } }

    // MARK: - Steps

    private func issued(_ nodes: Set<String>) {
        if waiters.withLock({ $0.mark(nodes) }) { signal.notify() }
    }

    private func keepTicking() async {
        var seen: [ChainHead] = []
        var rest = 0
        while !Task.isCancelled {
            do { try await clock.sleep(for: Self.tick) } catch { return }
            if waiters.withLock({ $0.tick() }) { signal.notify() }
            rest -= 1
            guard rest <= 0, let heads = await news(since: seen) else { continue }
            let waiting = waiters.withLock { $0.markAll() }
            rest = waiting / Self.sweptEachTick
            seen = heads
            if waiting > 0 { signal.notify() }
        }
    }

    /// The ends of the log, if they are others than those that were seen; nil otherwise.
    ///
    /// An order is written together with a commit: while the log does not grow, nobody's order can have come.
    private func news(since seen: [ChainHead]) async -> [ChainHead]? {
        do throws(StoreError) {
            let heads = try await store.heads(of: Shard.all)
            return heads == seen ? nil : heads
        } catch {
            logger.error("the log cannot be looked at for orders", metadata: ["error": "\(error)"])
            return nil
        }
    }

    /// - Returns: whether anybody was looked up.
    private func serve() async -> Bool {
        var hasLookedUp = false
        while true {
            let nodes = waiters.withLock { $0.takeMarked(limit: Self.queryNodes) }
            guard !nodes.isEmpty else { return hasLookedUp }
            hasLookedUp = true
            do throws(StoreError) {
                let orders = try await store.oldestOrders(for: nodes)
                waiters.withLock { $0.settle(nodes, orders) }.resume()
            } catch {
                logger.error("orders cannot be looked up", metadata: ["error": "\(error)", "nodes": "\(nodes.count)"])
                waiters.withLock { $0.fail(nodes, error) }.resume()
                return true
            }
        }
    }
}

/// More nodes wait for orders than this process serves.
package struct OrderDeskFull: Error, Equatable, CustomStringConvertible {
    package var description: String { "too many nodes wait for orders here; try again in a few seconds" }
}
