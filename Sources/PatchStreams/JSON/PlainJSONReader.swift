import DurableStreams
import Glibc

/// Reads JSON that has just the form in which ``PlainJSONWriter`` and ``DomainJSON`` write it: no spaces, no escapes, keys in order.
///
/// Every verb throws when something else comes.
struct PlainJSONReader {
    /// What the values are read for.
    enum Purpose {
        case decode
        /// What the state does not keep is passed over: texts come out empty, and patches that did not fail are left out.
        case fold
    }

    private let bytes: [UInt8]
    private(set) var offset: Int
    var purpose: Purpose

    init(_ text: String) { self.init(Array(text.utf8), from: 0, for: .decode) }

    init(_ bytes: [UInt8], from offset: Int, for purpose: Purpose) {
        self.bytes = bytes
        self.offset = offset
        self.purpose = purpose
    }

    /// Goes back to where it was, to read that for another purpose.
    mutating func rewind(to start: Int, for purpose: Purpose) {
        offset = start
        self.purpose = purpose
    }

    /// Passes over the characters if they are next.
    @inline(__always)  // with the literal's length known, the comparison is a few instructions
    mutating func take(_ characters: StaticString) -> Bool {
        let length = characters.utf8CodeUnitCount
        guard bytes.count - offset >= length else { return false }
        let isNext = bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { return false }
            return memcmp(start + offset, characters.utf8Start, length) == 0
        }
        if isNext { offset += length }
        return isNext
    }

    /// Passes over the characters.
    @inline(__always)
    mutating func raw(_ characters: StaticString) throws(PlainJSON.Unusual) {
        guard take(characters) else { throw PlainJSON.Unusual() }
    }

    mutating func array<Element>(
        _ element: (inout Self) throws(PlainJSON.Unusual) -> Element
    ) throws(PlainJSON.Unusual) -> [Element] {
        var elements: [Element] = []
        try forEach { reader throws(PlainJSON.Unusual) in elements.append(try element(&reader)) }
        return elements
    }

    /// Reads an array, element by element.
    mutating func forEach(
        _ element: (inout Self) throws(PlainJSON.Unusual) -> Void
    ) throws(PlainJSON.Unusual) {
        try raw("[")
        if take("]") { return }
        repeat { try element(&self) } while take(",")
        try raw("]")
    }

    /// A string without escapes.
    mutating func string() throws(PlainJSON.Unusual) -> String {
        let start = offset + 1
        try skipString()
        return String(decoding: bytes[start..<offset - 1], as: UTF8.self)
    }

    /// A string without escapes, which a fold does without.
    mutating func text() throws(PlainJSON.Unusual) -> String {
        guard purpose == .fold else { return try string() }
        try skipString()
        return ""
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
        let hasLeadingZero = offset > start + 1 && bytes[start] == UInt8(ascii: "0")
        guard offset > start, !hasLeadingZero else { throw PlainJSON.Unusual() }
        return isNegative ? -value : value
    }

    func end() throws(PlainJSON.Unusual) {
        guard offset == bytes.count else { throw PlainJSON.Unusual() }
    }

    // MARK: - Steps

    private mutating func skipString() throws(PlainJSON.Unusual) {
        try raw("\"")
        offset = JSONBytes.endOfPlain(bytes, from: offset)
        try raw("\"")
    }
}
