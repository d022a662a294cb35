/// Records that follow each other in one file, each behind a record separator and before a line feed (RFC 7464).
struct JSONTextSequence {
    static let separator: UInt8 = 0x1e
    static let lineFeed = UInt8(ascii: "\n")

    private var record: [UInt8] = []
    private var isTooLarge = false

    /// - Parameter visit: is given the bytes of each record; nil for one that is too large.
    /// - Throws: a ``Flaw`` when the last record is cut off; what `visit` throws.
    mutating func read(_ file: FeedFile, _ visit: ([UInt8]?) throws -> Void) throws {
        var last = Self.lineFeed
        while case let chunk = try file.next(), let end = chunk.last {
            last = end
            let parts = chunk.split(separator: Self.separator, omittingEmptySubsequences: false)
            for (index, part) in parts.enumerated() {
                if index > 0 { try finish(visit) }
                isTooLarge = isTooLarge || record.count + part.count > FeedLimits.entryBytes
                if !isTooLarge { record += part }
            }
        }
        guard last == Self.lineFeed else { throw Flaw("its last record is cut off: get it again") }
        try finish(visit)
    }

    private mutating func finish(_ visit: ([UInt8]?) throws -> Void) throws {
        if isTooLarge {
            try visit(nil)
        } else if !record.isEmpty {
            try visit(record)
        }
        (record, isTooLarge) = ([], false)
    }
}
