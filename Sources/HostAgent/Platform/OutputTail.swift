import Glibc
import Synchronization
import SystemPackage

/// The end of what a program says, read from a pipe by a thread of its own.
///
/// A program may leave something running that holds the pipe: a moment after the program's end, it is read no more.
final class OutputTail: Sendable {
    private struct State {
        var tail: [UInt8] = []
        var hasEnded = false
        var waiter: CheckedContinuation<[UInt8], Never>?
        var isRead = false
    }

    private static let pollMilliseconds: Int32 = 100
    /// How often it is looked at after the program's end while more comes.
    private static let lastLooks = 10

    private let limit: Int
    private let readEnd: Int32
    private let writeEnd: Mutex<Int32?>
    private let state = Mutex(State())

    /// - Parameter limit: how many bytes are kept.
    /// - Throws: ``FileFailure`` where the system has no pipe left.
    init(limit: Int) throws(FileFailure) {
        let ends = try SystemPipe.make()
        self.limit = limit
        readEnd = ends.readEnd
        writeEnd = Mutex(ends.writeEnd)
        try SystemThread.begin { self.read() }
    }

    deinit { closeWriteEnd() }

    /// The end that the program writes to; whoever takes it closes it.
    func takeWriteEnd() -> FileDescriptor {
        FileDescriptor(rawValue: writeEnd.withLock { $0.take() } ?? -1)
    }

    /// The program has ended: what it said at last, at most the limit.
    func end() async -> [UInt8] {
        closeWriteEnd()
        return await withCheckedContinuation { continuation in
            let tail: [UInt8]? = state.withLock { state in
                state.hasEnded = true
                if state.isRead { return state.tail }
                state.waiter = continuation
                return nil
            }
            if let tail { continuation.resume(returning: tail) }
        }
    }

    // MARK: - Steps

    private func closeWriteEnd() {
        if let end = writeEnd.withLock({ $0.take() }) { close(end) }
    }

    private func read() {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        var looks = 0
        while looks < Self.lastLooks {
            var entry = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
            let ready = poll(&entry, 1, Self.pollMilliseconds)
            let hasEnded = state.withLock { $0.hasEnded }
            if hasEnded { looks += 1 }
            if ready == 0 {
                if hasEnded { break }
                continue
            }
            if ready < 0 {
                if errno == EINTR { continue }
                break
            }
            let count = Glibc.read(readEnd, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            state.withLock { state in
                state.tail += buffer[..<count]
                if state.tail.count > limit { state.tail.removeFirst(state.tail.count - limit) }
            }
        }
        close(readEnd)
        let (waiter, tail) = state.withLock { state in
            state.isRead = true
            return (state.waiter.take(), state.tail)
        }
        waiter?.resume(returning: tail)
    }
}
