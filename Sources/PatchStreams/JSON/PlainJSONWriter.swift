/// Appends JSON to bytes.
struct PlainJSONWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// What is written; nil when a part of it is not plain.
    static func text(
        capacity: Int,
        _ write: (inout Self) throws(PlainJSON.Unusual) -> Void
    ) -> String? {
        var writer = Self(capacity: capacity)
        do throws(PlainJSON.Unusual) {
            try write(&writer)
            return writer.text
        } catch {
            return nil
        }
    }

    /// Punctuation and keys, as they are.
    mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func string(_ text: String) throws(PlainJSON.Unusual) {
        var text = text
        let isPlain = text.withUTF8 { utf8 in
            guard utf8.allSatisfy(Self.needsNoEscape) else { return false }
            bytes.append(UInt8(ascii: "\""))
            bytes.append(contentsOf: utf8)
            bytes.append(UInt8(ascii: "\""))
            return true
        }
        if !isPlain { throw PlainJSON.Unusual() }
    }

    /// JSON text as a string: with its quotes and backslashes escaped.
    mutating func quoted(_ text: String) throws(PlainJSON.Unusual) {
        var text = text
        let isPlain = text.withUTF8 { utf8 in
            guard utf8.allSatisfy({ $0 >= 0x20 }) else { return false }
            bytes.append(UInt8(ascii: "\""))
            for byte in utf8 {
                if !Self.needsNoEscape(byte) { bytes.append(UInt8(ascii: "\\")) }
                bytes.append(byte)
            }
            bytes.append(UInt8(ascii: "\""))
            return true
        }
        if !isPlain { throw PlainJSON.Unusual() }
    }

    mutating func integer(_ value: Int64) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    private static func needsNoEscape(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
}
