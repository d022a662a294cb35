import DequeModule

/// Who writes which callers' messages: a machine without I/O.
///
/// A caller either writes at once, or waits until a writer is done; then the first that waits writes for all that wait.
struct SendQueue {
    /// What a caller is told when its wait is over.
    enum Turn: Sendable {
        /// Write the messages of these callers; the first is yourself.
        case write([Caller])
        /// Another caller wrote yours.
        case sent
    }

    struct Caller: Sendable {
        var messages: [Message]
        /// nil for the one that writes.
        var continuation: CheckedContinuation<Turn, any Error>?
    }

    enum Admission {
        case write([Caller])
        case wait
        case refuse
    }

    /// What one transaction may carry, as a flush.
    private static let batchMessages = 3_000
    private static let batchBytes = 8 << 20
    /// What may wait: a few seconds' worth; beyond it a sender is better told to slow down.
    private static let waitingMessages = 50_000

    private let writers: Int
    private var writing = 0
    private var waiting = Deque<Caller>()
    private var waitingMessages = 0

    init(writers: Int) { self.writers = writers }

    mutating func add(_ messages: [Message], _ continuation: CheckedContinuation<Turn, any Error>) -> Admission {
        guard writing == writers else {
            writing += 1
            return .write([Caller(messages: messages, continuation: nil)])
        }
        guard waitingMessages + messages.count <= Self.waitingMessages else { return .refuse }
        waiting.append(Caller(messages: messages, continuation: continuation))
        waitingMessages += messages.count
        return .wait
    }

    /// Ends a writer's turn.
    ///
    /// - Returns: who is to be told what, when somebody waits.
    mutating func finishWriting() -> (next: CheckedContinuation<Turn, any Error>, turn: Turn)? {
        var batch: [Caller] = []
        var (count, bytes) = (0, 0)
        while let caller = waiting.first {
            count += caller.messages.count
            bytes += caller.messages.reduce(0) { $0 + $1.body.utf8.count }
            guard batch.isEmpty || (count <= Self.batchMessages && bytes <= Self.batchBytes) else { break }
            batch.append(waiting.removeFirst())
        }
        guard !batch.isEmpty, let next = batch[0].continuation else {
            writing -= 1
            return nil
        }
        waitingMessages -= batch.reduce(0) { $0 + $1.messages.count }
        batch[0].continuation = nil
        return (next, .write(batch))
    }
}

/// More messages wait to be sent than this process holds.
package struct SenderOverloaded: Error, Equatable, CustomStringConvertible {
    package var description: String {
        "the message is not taken: too many wait to be written; send it again in a second"
    }
}
