import HostAgent

/// An agent's journal on a disk that a power cut catches in the middle of a write.
struct SimulatedJournal: JournalFile {
    /// What a power cut leaves.
    private var durable: [[UInt8]] = []
    /// Written, and lost or torn by a power cut.
    private var unsynchronised: [[UInt8]] = []
    var isFull = false

    mutating func load() throws(JournalFailure) -> [[UInt8]] { durable + unsynchronised }

    mutating func append(_ line: [UInt8]) throws(JournalFailure) {
        try write(line)
        synchronise()
    }

    mutating func replace(with lines: [[UInt8]]) throws(JournalFailure) {
        if isFull { throw JournalFailure("the disk is full") }
        (durable, unsynchronised) = (lines, [])
    }

    /// The first half of ``append(_:)``.
    mutating func write(_ line: [UInt8]) throws(JournalFailure) {
        if isFull { throw JournalFailure("the disk is full") }
        unsynchronised.append(line)
    }

    mutating func synchronise() {
        durable += unsynchronised
        unsynchronised = []
    }

    /// Keeps some of what was not synchronised; a torn line is cut off when the journal is read.
    ///
    /// - Returns: whether something was lost.
    mutating func losePower(keeping count: Int) -> Bool {
        let lost = unsynchronised.dropFirst(count)
        unsynchronised.removeLast(lost.count)
        synchronise()
        return !lost.isEmpty
    }
}
