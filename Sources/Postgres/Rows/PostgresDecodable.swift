package import Time

/// A type that a column can be read as.
///
/// `Optional` of it reads NULL as nil.
package protocol PostgresDecodable {
    /// Internal to the target: conformances are those listed here.
    static func decode(_ cell: Cell) throws -> Self
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    package static func decode(_ cell: Cell) throws -> Self { cell.bytes == nil ? nil : try Wrapped.decode(cell) }
}

extension Int16: PostgresDecodable {
    package static func decode(_ cell: Cell) throws -> Self { try Cell.number(cell.value(expecting: "int2", .int2)) }
}

extension Int32: PostgresDecodable {
    package static func decode(_ cell: Cell) throws -> Self {
        if cell.type == .int2 { return Self(try Int16.decode(cell)) }
        return try Cell.number(cell.value(expecting: "int4", .int4))
    }
}

extension Int64: PostgresDecodable {
    package static func decode(_ cell: Cell) throws -> Self {
        switch cell.type {
        case .int2: Self(try Int16.decode(cell))
        case .int4: Self(try Int32.decode(cell))
        default: try Cell.number(cell.value(expecting: "int8", .int8))
        }
    }
}

extension Int: PostgresDecodable {
    package static func decode(_ cell: Cell) throws -> Self { Self(try Int64.decode(cell)) }
}

extension Double: PostgresDecodable {
    package static func decode(_ cell: Cell) throws -> Self {
        Self(bitPattern: try Cell.number(cell.value(expecting: "float8", .float8)))
    }
}

extension Bool: PostgresDecodable {
    package static func decode(_ cell: Cell) throws -> Self {
        let byte: UInt8 = try Cell.number(cell.value(expecting: "bool", .bool))
        return byte != 0
    }
}

extension String: PostgresDecodable {
    package static func decode(_ cell: Cell) throws -> Self {
        var bytes = try cell.value(
            expecting: "text",
            .text,
            .json,
            .jsonb,
            .varchar,
            .bpchar,
            .name,
            .char,
            .unknown
        )
        // The binary form of jsonb is a version number and the text.
        if cell.type == .jsonb { bytes = UnsafeRawBufferPointer(rebasing: bytes.dropFirst()) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Cell.Problem.isInvalid("is not valid UTF-8")
        }
        return text
    }
}

extension Timestamp: PostgresDecodable {
    package static func decode(_ cell: Cell) throws -> Self {
        let value: Int64 = try Cell.number(cell.value(expecting: "timestamptz", .timestamptz))
        let (microseconds, overflow) = value.addingReportingOverflow(microsecondsTo2000)
        guard value != .min, value != .max, !overflow else { throw Cell.Problem.isInvalid("is infinite") }
        return Self(microseconds: microseconds)
    }
}
