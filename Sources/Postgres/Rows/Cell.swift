/// One column of one row, valid only while it is being decoded.
package struct Cell {
    /// nil is NULL.
    let bytes: UnsafeRawBufferPointer?
    let type: ColumnType

    enum Problem: Error {
        case isNull
        case isOfAnotherType(expected: String)
        case isInvalid(String)
    }

    func value(expecting expected: String, _ types: ColumnType...) throws(Problem) -> UnsafeRawBufferPointer {
        guard types.contains(type) else { throw .isOfAnotherType(expected: expected) }
        guard let bytes else { throw .isNull }
        return bytes
    }

    static func number<Number: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer) throws(Problem) -> Number {
        guard bytes.count == MemoryLayout<Number>.size else { throw .isInvalid("has \(bytes.count) bytes") }
        return Number(bigEndian: bytes.loadUnaligned(as: Number.self))
    }
}
