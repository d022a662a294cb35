package import Time

/// A type whose Swift array is a column's value: an SQL array, or `bytea` for bytes.
package protocol PostgresArrayElement {
    /// Internal to the target: conformances are those listed here.
    static func decodeArray(_ cell: Cell) throws -> [Self]
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    package static func decode(_ cell: Cell) throws -> Self { try Element.decodeArray(cell) }
}

extension PostgresArrayElement where Self: PostgresDecodable {
    package static func decodeArray(_ cell: Cell) throws -> [Self] {
        guard let bytes = cell.bytes else { throw Cell.Problem.isNull }
        return try ArrayReader(bytes, column: cell.type).elements(as: Self.self)
    }
}

extension UInt8: PostgresArrayElement {
    package static func decodeArray(_ cell: Cell) throws -> [Self] {
        Array(try cell.value(expecting: "bytea", .bytea))
    }
}

extension Int16: PostgresArrayElement {}
extension Int32: PostgresArrayElement {}
extension Int64: PostgresArrayElement {}
extension Int: PostgresArrayElement {}
extension Double: PostgresArrayElement {}
extension Bool: PostgresArrayElement {}
extension String: PostgresArrayElement {}
extension Timestamp: PostgresArrayElement {}
extension [UInt8]: PostgresArrayElement {}
extension Optional: PostgresArrayElement where Wrapped: PostgresDecodable {}

/// Reads the binary form of an array of one dimension.
private struct ArrayReader {
    private static let types: Set<ColumnType> = [
        .boolArray, .byteaArray, .nameArray, .int2Array, .int4Array, .textArray, .varcharArray, .int8Array,
        .float8Array, .timestamptzArray, .jsonArray,
    ]
    private var rest: Slice<UnsafeRawBufferPointer>
    private let element: ColumnType
    private let count: Int

    init(_ bytes: UnsafeRawBufferPointer, column: ColumnType) throws {
        guard Self.types.contains(column) else { throw Cell.Problem.isOfAnotherType(expected: "an array") }
        rest = bytes[...]
        let dimensions = try Self.take(Int32.self, from: &rest)
        _ = try Self.take(Int32.self, from: &rest)
        element = ColumnType(rawValue: try Self.take(UInt32.self, from: &rest))
        switch dimensions {
        case 0:
            count = 0
        case 1:
            count = Int(try Self.take(Int32.self, from: &rest))
            _ = try Self.take(Int32.self, from: &rest)
        default:
            throw Cell.Problem.isInvalid("has \(dimensions) dimensions")
        }
    }

    consuming func elements<Value: PostgresDecodable>(as type: Value.Type) throws -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for _ in 0..<count {
            let length = Int(try Self.take(Int32.self, from: &rest))
            guard length >= 0 else {
                values.append(try Value.decode(Cell(bytes: nil, type: element)))
                continue
            }
            guard length <= rest.count else { throw Cell.Problem.isInvalid("is cut short") }
            let bytes = UnsafeRawBufferPointer(rebasing: rest.prefix(length))
            rest = rest.dropFirst(length)
            values.append(try Value.decode(Cell(bytes: bytes, type: element)))
        }
        return values
    }

    private static func take<Number: FixedWidthInteger>(
        _ type: Number.Type,
        from rest: inout Slice<UnsafeRawBufferPointer>
    ) throws -> Number {
        let size = MemoryLayout<Number>.size
        guard rest.count >= size else { throw Cell.Problem.isInvalid("is cut short") }
        defer { rest = rest.dropFirst(size) }
        return try Cell.number(UnsafeRawBufferPointer(rebasing: rest.prefix(size)))
    }
}
