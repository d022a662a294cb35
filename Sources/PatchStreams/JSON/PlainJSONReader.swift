/// Reads plain JSON from its start; every verb throws when something else comes.
struct PlainJSONReader {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    /// Reads an object, field by field; `body` reads each value by its key.
    mutating func object(
        _ body: (String, inout Self) throws(PlainJSON.Unusual) -> Void
    ) throws(PlainJSON.Unusual) {
        try expect("{")
        if take("}") { return }
        repeat {
            let key = try string()
            try expect(":")
            try body(key, &self)
        } while take(",")
        try expect("}")
    }

    mutating func array<Element>(
        _ element: (inout Self) throws(PlainJSON.Unusual) -> Element
    ) throws(PlainJSON.Unusual) -> [Element] {
        try expect("[")
        if take("]") { return [] }
        var elements: [Element] = []
        repeat { elements.append(try element(&self)) } while take(",")
        try expect("]")
        return elements
    }

    /// A string without escapes.
    mutating func string() throws(PlainJSON.Unusual) -> String {
        try expect("\"")
        let start = offset
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
            guard bytes[offset] >= 0x20, bytes[offset] != UInt8(ascii: "\\") else { throw PlainJSON.Unusual() }
            offset += 1
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        try expect("\"")
        return text
    }

    /// A whole number of at most 18 digits.
    mutating func integer() throws(PlainJSON.Unusual) -> Int64 {
        let isNegative = take("-")
        let start = offset
        var value: Int64 = 0
        while offset < bytes.count, case let digit = bytes[offset] &- UInt8(ascii: "0"), digit <= 9 {
            guard offset - start < 18 else { throw PlainJSON.Unusual() }
            value = value * 10 + Int64(digit)
            offset += 1
        }
        // A fraction or an exponent behind it is met by the next verb.
        guard offset > start else { throw PlainJSON.Unusual() }
        return isNegative ? -value : value
    }

    mutating func bool() throws(PlainJSON.Unusual) -> Bool {
        if takeWord("true") { return true }
        guard takeWord("false") else { throw PlainJSON.Unusual() }
        return false
    }

    func end() throws(PlainJSON.Unusual) {
        guard offset == bytes.count else { throw PlainJSON.Unusual() }
    }

    // MARK: - Steps

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(PlainJSON.Unusual) {
        guard take(character) else { throw PlainJSON.Unusual() }
    }

    private mutating func takeWord(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard bytes.count - offset >= length else { return false }
        for index in 0..<length where bytes[offset + index] != word.utf8Start[index] { return false }
        offset += length
        return true
    }
}
