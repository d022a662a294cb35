/// What a seal covers, as bytes: no two lists of fields have the same.
///
/// Each field is a byte that tells its type, then eight bytes, big-endian: a number itself, or the length of the UTF-8 text or
/// the bytes that follow. The first field is the table's name. Fixed for ever.
package struct SealedFields: Sendable {
    package enum Field: Equatable, Sendable {
        case number(Int64)
        case text(String)
        case bytes([UInt8])
    }

    package private(set) var bytes: [UInt8] = []

    package init(_ table: String, _ fields: [Field]) {
        append(.text(table))
        for field in fields { append(field) }
    }

    private mutating func append(_ field: Field) {
        switch field {
        case .number(let number): append("n", number)
        case .text(let text):
            append("t", Int64(text.utf8.count))
            bytes += text.utf8
        case .bytes(let data):
            append("b", Int64(data.count))
            bytes += data
        }
    }

    private mutating func append(_ tag: Unicode.Scalar, _ number: Int64) {
        bytes.append(UInt8(ascii: tag))
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
