/// Reads CSV (RFC 4180) that comes in pieces, row by row; lines may also end with LF alone.
package struct CSVReader: Sendable {
    private enum Place {
        case field, quotes, afterQuotes
    }

    private let maximumBytes: Int
    private var place = Place.field
    private var fields: [String] = []
    private var field: [UInt8] = []
    private var size = 0

    /// - Parameter maximumBytes: of a row; it bounds the memory.
    package init(maximumBytes: Int = 1 << 20) { self.maximumBytes = maximumBytes }

    /// Takes the next piece, and gives the rows that end in it; empty lines are left out.
    ///
    /// - Throws: ``CSVProblem`` for a row that is too long, and what `row` throws.
    package mutating func read(_ bytes: some Sequence<UInt8>, _ row: ([String]) throws -> Void) throws {
        for byte in bytes {
            size += 1
            guard size <= maximumBytes else { throw CSVProblem.longRow(bytes: maximumBytes) }
            switch (place, byte) {
            case (.field, UInt8(ascii: "\"")) where field.isEmpty: place = .quotes
            case (.quotes, UInt8(ascii: "\"")): place = .afterQuotes
            case (.afterQuotes, UInt8(ascii: "\"")):
                field.append(byte)
                place = .quotes
            case (.field, UInt8(ascii: ",")), (.afterQuotes, UInt8(ascii: ",")): endField()
            case (.field, UInt8(ascii: "\n")), (.afterQuotes, UInt8(ascii: "\n")): try endRow(row)
            case (.field, UInt8(ascii: "\r")), (.afterQuotes, UInt8(ascii: "\r")): continue
            default: field.append(byte)
            }
        }
    }

    /// Gives a last row that has no line's end.
    ///
    /// - Throws: ``CSVProblem`` when it ends within quotes, and what `row` throws.
    package mutating func end(_ row: ([String]) throws -> Void) throws {
        guard place != .quotes else { throw CSVProblem.openQuotes }
        if !fields.isEmpty || !field.isEmpty { try endRow(row) }
    }

    // MARK: - Steps

    private mutating func endField() {
        fields.append(String(decoding: field, as: UTF8.self))
        field.removeAll(keepingCapacity: true)
        place = .field
    }

    private mutating func endRow(_ row: ([String]) throws -> Void) throws {
        endField()
        let ended = fields
        (fields, size) = ([], 0)
        if ended != [""] { try row(ended) }
    }
}

/// CSV that is none.
package enum CSVProblem: Error, Equatable, CustomStringConvertible {
    case longRow(bytes: Int)
    case openQuotes

    package var description: String {
        switch self {
        case .longRow(let bytes): "a row is longer than \(bytes) bytes"
        case .openQuotes: "it ends within a quoted field"
        }
    }
}
