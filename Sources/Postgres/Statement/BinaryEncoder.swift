import Time

/// A value that knows its binary form on the wire.
protocol BinaryEncodable {
    func encode(to encoder: inout BinaryEncoder)
}

/// Collects values in PostgreSQL's binary form: big-endian numbers, texts and bytes as they are.
struct BinaryEncoder {
    private(set) var bytes: [UInt8] = []
    private(set) var defect: Parameter.Defect?

    mutating func append<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ raw: [UInt8]) { bytes.append(contentsOf: raw) }

    mutating func append(_ text: String) {
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        if bytes[start...].contains(0) { defect = .nulByte }
    }

    mutating func append(_ moment: Timestamp) {
        let (value, overflow) = moment.microseconds.subtractingReportingOverflow(Timestamp.microsecondsTo2000)
        if overflow || !Timestamp.postgresRange.contains(value) { defect = .timestampOutOfRange }
        append(value)
    }

    // MARK: - Arrays

    /// One dimension that counts from 1, as SQL's own arrays do.
    mutating func appendArrayHeader(count: Int, element: ColumnType, hasNulls: Bool) {
        // An empty array has no dimension.
        append(Int32(count == 0 ? 0 : 1))
        append(Int32(hasNulls ? 1 : 0))
        append(element.rawValue)
        guard count > 0 else { return }
        append(Int32(clamping: count))
        append(Int32(1))
    }

    mutating func appendElement<Value: BinaryEncodable>(_ value: Value?) {
        guard let value else { return append(Int32(-1)) }
        let place = bytes.count
        append(Int32(0))
        value.encode(to: &self)
        let length = Int32(clamping: bytes.count - place - 4)
        withUnsafeBytes(of: length.bigEndian) { raw in
            for offset in 0..<4 { bytes[place + offset] = raw[offset] }
        }
    }
}

extension Timestamp {
    /// PostgreSQL counts from 2000-01-01T00:00:00Z.
    static let microsecondsTo2000: Int64 = 946_684_800_000_000
    /// 4713 BC to 294276 AD, in microseconds from 2000.
    static let postgresRange: Range<Int64> = -211_813_488_000_000_000..<9_223_371_331_200_000_000
}

extension Int16: BinaryEncodable {
    func encode(to encoder: inout BinaryEncoder) { encoder.append(self) }
}

extension Int32: BinaryEncodable {
    func encode(to encoder: inout BinaryEncoder) { encoder.append(self) }
}

extension Int64: BinaryEncodable {
    func encode(to encoder: inout BinaryEncoder) { encoder.append(self) }
}

extension Double: BinaryEncodable {
    func encode(to encoder: inout BinaryEncoder) { encoder.append(bitPattern) }
}

extension Bool: BinaryEncodable {
    func encode(to encoder: inout BinaryEncoder) { encoder.append(UInt8(self ? 1 : 0)) }
}

extension String: BinaryEncodable {
    func encode(to encoder: inout BinaryEncoder) { encoder.append(self) }
}

extension Timestamp: BinaryEncodable {
    func encode(to encoder: inout BinaryEncoder) { encoder.append(self) }
}

extension [UInt8]: BinaryEncodable {
    func encode(to encoder: inout BinaryEncoder) { encoder.append(self) }
}
