import HostAgent
import Synchronization

/// A journal file whose process is killed at its n-th append, before or after the line is durable.
struct DyingFile: JournalFile {
    enum Moment: CaseIterable, Sendable { case before, after }

    private final class Life: Sendable {
        let appends = Mutex(0)
    }

    private var file: FramedFile
    private let number: Int
    private let moment: Moment
    private let onDeath: @Sendable () -> Void
    private let life = Life()

    /// - Parameter onDeath: ends the process; until it has, nothing is written any more.
    init(path: String, at number: Int, _ moment: Moment, onDeath: @escaping @Sendable () -> Void) {
        file = FramedFile(path: path)
        self.number = number
        self.moment = moment
        self.onDeath = onDeath
    }

    mutating func load() throws(JournalFailure) -> [[UInt8]] { try file.load() }

    mutating func append(_ line: [UInt8]) throws(JournalFailure) {
        let count = life.appends.withLock { appends in
            appends += 1
            return appends
        }
        if count < number || (count == number && moment == .after) { try file.append(line) }
        guard count >= number else { return }
        onDeath()
        throw JournalFailure("killed, in a test")
    }

    mutating func replace(with lines: [[UInt8]]) throws(JournalFailure) { try file.replace(with: lines) }
}
