/// An append-only file of framed lines, or something that behaves like one.
package protocol JournalFile: Sendable {
    /// Every whole line, oldest first; cuts off a torn last one.
    mutating func load() throws(JournalFailure) -> [[UInt8]]

    /// Appends a line and makes it durable; when it throws, the file is as before.
    mutating func append(_ line: [UInt8]) throws(JournalFailure)

    /// Replaces the whole content durably; when it throws, the old content is still there.
    mutating func replace(with lines: [[UInt8]]) throws(JournalFailure)
}

/// What is wrong with the journal.
package struct JournalFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}
