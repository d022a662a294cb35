import Foundation
import HostAgent
import Synchronization

/// A journal file whose n-th append fails: as a full disk does, or as a kill right behind it does.
struct FaultyFile: JournalFile {
    enum Fault: Sendable, Equatable {
        case never
        /// Nothing is written.
        case before(Int)
        /// The line is durable, and the process does not get to know.
        case after(Int)
        /// Nothing is written any more once a file is there.
        case onceThereIs(String)
    }

    /// Counts appends across the copies that value semantics make.
    private final class Counter: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    private var file: FramedFile
    private let fault: Fault
    private let appends = Counter()

    init(path: String, fault: Fault) {
        file = FramedFile(path: path)
        self.fault = fault
    }

    mutating func load() throws(JournalFailure) -> [[UInt8]] { try file.load() }

    mutating func append(_ line: [UInt8]) throws(JournalFailure) {
        let number = appends.next()
        if fault == .before(number) { throw JournalFailure("no space left, in a test") }
        if case .onceThereIs(let path) = fault, FileManager.default.fileExists(atPath: path) {
            throw JournalFailure("killed with dpkg, in a test")
        }
        try file.append(line)
        if fault == .after(number) { throw JournalFailure("killed, in a test") }
    }

    mutating func replace(with lines: [[UInt8]]) throws(JournalFailure) { try file.replace(with: lines) }
}
