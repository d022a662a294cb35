package import Time

/// A typed value for `$1`, `$2` …, in PostgreSQL's binary form.
///
/// nil is SQL NULL of that type. What PostgreSQL cannot hold (a NUL byte in a text, a moment out of range) is refused
/// when the statement is used, before anything is sent.
package struct Parameter: Sendable {
    let type: ColumnType
    /// nil is NULL.
    let bytes: [UInt8]?
    let defect: Defect?

    enum Defect: String {
        case nulByte = "holds a NUL byte, which PostgreSQL text cannot"
        case timestampOutOfRange = "is a moment that timestamptz cannot hold"
        case tooLarge = "is larger than 1 GiB"
    }

    /// PostgreSQL's own limit on a value.
    private static let maximumBytes = 1 << 30

    init(_ type: ColumnType, _ bytes: [UInt8]?, defect: Defect? = nil) {
        self.type = type
        self.bytes = bytes
        self.defect = defect ?? ((bytes?.count ?? 0) >= Self.maximumBytes ? .tooLarge : nil)
    }

    private init<Value: BinaryEncodable>(_ value: Value?, as type: ColumnType) {
        guard let value else {
            self.init(type, nil)
            return
        }
        var encoder = BinaryEncoder()
        value.encode(to: &encoder)
        self.init(type, encoder.bytes, defect: encoder.defect)
    }

    /// NULL of a type that the server infers.
    package static var null: Self { Self(.unspecified, nil) }

    package static func int16(_ value: Int16?) -> Self { Self(value, as: .int2) }
    package static func int32(_ value: Int32?) -> Self { Self(value, as: .int4) }
    package static func int64(_ value: Int64?) -> Self { Self(value, as: .int8) }
    package static func double(_ value: Double?) -> Self { Self(value, as: .float8) }
    package static func bool(_ value: Bool?) -> Self { Self(value, as: .bool) }
    package static func text(_ value: String?) -> Self { Self(value, as: .text) }
    /// JSON as text; the server keeps the bytes in a `json` column and refuses what is not JSON.
    package static func json(_ value: String?) -> Self { Self(value, as: .json) }
    package static func bytea(_ value: [UInt8]?) -> Self { Self(value, as: .bytea) }
    package static func timestamp(_ value: Timestamp?) -> Self { Self(value, as: .timestamptz) }
}

// MARK: - Arrays

extension Parameter {
    package static func int16s(_ values: [Int16]) -> Self { array(values, of: .int2, as: .int2Array) }
    package static func int32s(_ values: [Int32]) -> Self { array(values, of: .int4, as: .int4Array) }
    package static func int64s(_ values: [Int64]) -> Self { array(values, of: .int8, as: .int8Array) }
    package static func int64s(_ values: [Int64?]) -> Self { array(nullable: values, of: .int8, as: .int8Array) }
    package static func bools(_ values: [Bool]) -> Self { array(values, of: .bool, as: .boolArray) }
    package static func texts(_ values: [String]) -> Self { array(values, of: .text, as: .textArray) }
    package static func texts(_ values: [String?]) -> Self { array(nullable: values, of: .text, as: .textArray) }
    /// JSON documents as text.
    package static func jsons(_ values: [String]) -> Self { array(values, of: .json, as: .jsonArray) }
    package static func jsons(_ values: [String?]) -> Self { array(nullable: values, of: .json, as: .jsonArray) }
    package static func byteas(_ values: [[UInt8]]) -> Self { array(values, of: .bytea, as: .byteaArray) }
    package static func byteas(_ values: [[UInt8]?]) -> Self { array(nullable: values, of: .bytea, as: .byteaArray) }
    package static func timestamps(_ values: [Timestamp]) -> Self {
        array(values, of: .timestamptz, as: .timestamptzArray)
    }
    package static func timestamps(_ values: [Timestamp?]) -> Self {
        array(nullable: values, of: .timestamptz, as: .timestamptzArray)
    }

    private static func array<Value: BinaryEncodable>(
        _ values: [Value],
        of element: ColumnType,
        as type: ColumnType
    ) -> Self {
        var encoder = BinaryEncoder()
        encoder.appendArrayHeader(count: values.count, element: element, hasNulls: false)
        for value in values { encoder.appendElement(value) }
        return Self(type, encoder.bytes, defect: encoder.defect)
    }

    private static func array<Value: BinaryEncodable>(
        nullable values: [Value?],
        of element: ColumnType,
        as type: ColumnType
    ) -> Self {
        var encoder = BinaryEncoder()
        encoder.appendArrayHeader(count: values.count, element: element, hasNulls: values.contains { $0 == nil })
        for value in values { encoder.appendElement(value) }
        return Self(type, encoder.bytes, defect: encoder.defect)
    }
}
