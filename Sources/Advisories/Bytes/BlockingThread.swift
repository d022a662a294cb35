import Foundation
import Synchronization

/// Runs work that blocks on a thread of its own, and hands what it makes to a task, piece by piece.
enum BlockingThread {
    /// Enough for the parsers, whatever the system's standard is.
    private static let stackBytes = 8 << 20

    private enum Piece<Item: Sendable, Value: Sendable>: Sendable {
        case item(Item)
        case end(Result<Value, any Error>)
    }

    /// - Parameters:
    ///   - make: hands out items; it is at most one ahead of `take`, and is made to throw when nobody takes them any more.
    ///   - take: is given the items in their order.
    /// - Returns: what `make` returns, after `take` has had all items.
    /// - Throws: what `make` or `take` throws; `CancellationError` when the task is cancelled.
    static func run<Item: Sendable, Value: Sendable>(
        _ make: @escaping @Sendable (_ deliver: (Item) throws -> Void) throws -> Value,
        _ take: (Item) async throws -> Void
    ) async throws -> Value {
        let (pieces, hand) = AsyncStream.makeStream(of: Piece<Item, Value>.self)
        let turns = Turns()
        defer { turns.end() }
        let thread = Thread {
            let outcome = Result {
                try make { item in
                    try turns.wait()
                    hand.yield(.item(item))
                }
            }
            hand.yield(.end(outcome))
            hand.finish()
        }
        thread.stackSize = stackBytes
        thread.start()
        for await piece in pieces {
            switch piece {
            case .item(let item):
                try await take(item)
                turns.give()
            case .end(let outcome): return try outcome.get()
            }
        }
        throw CancellationError()
    }
}

/// Lets the thread be one item ahead of the task.
private final class Turns: Sendable {
    /// Blocks the thread that `run` makes, which is nobody else's; tasks only signal it, which never waits.
    ///
    /// Made with 0: it must not be let go of with less than it was made with.
    private let turn = DispatchSemaphore(value: 0)
    private let isOver = Mutex(false)

    init() { give() }

    func wait() throws {
        turn.wait()
        if isOver.withLock({ $0 }) { throw CancellationError() }
    }

    func give() { turn.signal() }

    /// Wakes the thread, if it waits, to its end.
    func end() {
        isOver.withLock { $0 = true }
        turn.signal()
    }
}
