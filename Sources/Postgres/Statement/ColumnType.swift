/// A type of PostgreSQL's catalogue by its object id.
package struct ColumnType: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Left to the server to infer.
    static let unspecified = Self(rawValue: 0)
    static let bool = Self(rawValue: 16)
    static let bytea = Self(rawValue: 17)
    static let char = Self(rawValue: 18)
    static let name = Self(rawValue: 19)
    static let int8 = Self(rawValue: 20)
    static let int2 = Self(rawValue: 21)
    static let int4 = Self(rawValue: 23)
    static let text = Self(rawValue: 25)
    static let json = Self(rawValue: 114)
    static let float8 = Self(rawValue: 701)
    static let unknown = Self(rawValue: 705)
    static let bpchar = Self(rawValue: 1042)
    static let varchar = Self(rawValue: 1043)
    static let timestamptz = Self(rawValue: 1184)
    static let jsonb = Self(rawValue: 3802)

    static let boolArray = Self(rawValue: 1000)
    static let byteaArray = Self(rawValue: 1001)
    static let nameArray = Self(rawValue: 1003)
    static let int2Array = Self(rawValue: 1005)
    static let int4Array = Self(rawValue: 1007)
    static let textArray = Self(rawValue: 1009)
    static let varcharArray = Self(rawValue: 1015)
    static let int8Array = Self(rawValue: 1016)
    static let float8Array = Self(rawValue: 1022)
    static let timestamptzArray = Self(rawValue: 1185)
    static let jsonArray = Self(rawValue: 199)
}

extension ColumnType: CustomStringConvertible {
    package var description: String { Self.names[self] ?? "type \(rawValue)" }

    private static let names: [Self: String] = [
        .bool: "bool", .bytea: "bytea", .char: "\"char\"", .name: "name", .int8: "int8", .int2: "int2", .int4: "int4",
        .text: "text", .json: "json", .float8: "float8", .unknown: "unknown", .bpchar: "char", .varchar: "varchar",
        .timestamptz: "timestamptz", .jsonb: "jsonb", .boolArray: "bool[]", .byteaArray: "bytea[]",
        .nameArray: "name[]", .int2Array: "int2[]", .int4Array: "int4[]", .textArray: "text[]",
        .varcharArray: "varchar[]", .int8Array: "int8[]", .float8Array: "float8[]",
        .timestamptzArray: "timestamptz[]", .jsonArray: "json[]", Self(rawValue: 1700): "numeric",
        Self(rawValue: 1114): "timestamp", Self(rawValue: 1082): "date", Self(rawValue: 1186): "interval",
        Self(rawValue: 2950): "uuid", Self(rawValue: 2278): "void",
    ]
}
