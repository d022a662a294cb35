/// Reads JSON text value by value without building values.
///
/// It accepts exactly what PostgreSQL's `json` type accepts, to a depth of ``maximumDepth``.
struct JSONScanner {
    /// Deeper nesting than any event needs; it bounds the recursion here and in PostgreSQL.
    static let maximumDepth = 200

    let bytes: [UInt8]
    private(set) var offset = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { offset == bytes.count }

    /// Passes over the character if it is next, with white space around it.
    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard next == UInt8(ascii: character) else { return false }
        offset += 1
        skipSpace()
        return true
    }

    /// Passes over `"key":`.
    mutating func skipKey(_ key: StaticString) -> Bool {
        guard let name = plainString(), name.count == key.utf8CodeUnitCount else { return false }
        for (place, offset) in name.enumerated() where bytes[offset] != key.utf8Start[place] { return false }
        return skip(":")
    }

    /// Where the characters of a string without escapes are; nil for anything else.
    mutating func plainString() -> Range<Int>? {
        guard next == UInt8(ascii: "\"") else { return nil }
        let start = offset + 1
        offset = JSONBytes.endOfPlain(bytes, from: start)
        guard next == UInt8(ascii: "\"") else { return nil }
        offset += 1
        return start..<offset - 1
    }

    /// Where one value of any type is; nil when there is none.
    mutating func value() -> Range<Int>? {
        let start = offset
        return skipValue() ? start..<offset : nil
    }

    func text(at place: Range<Int>) -> String { String(decoding: bytes[place], as: UTF8.self) }

    /// Goes on behind a value that somebody else has read.
    ///
    /// - Precondition: `place` is not behind the end, nor before where the scanner is.
    mutating func skip(to place: Int) {
        precondition(place >= offset && place <= bytes.count, "a value cannot end at byte \(place)")
        offset = place
    }

    /// Passes over one value; false when what is there is not one.
    mutating func skipValue() -> Bool { skipValue(depth: 0) }

    // MARK: - Steps

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { offset += 1 }
    }

    private mutating func skipValue(depth: Int) -> Bool {
        guard depth < Self.maximumDepth, let byte = next else { return false }
        switch byte {
        case UInt8(ascii: "{"): return skipObject(depth: depth + 1)
        case UInt8(ascii: "["): return skipArray(depth: depth + 1)
        case UInt8(ascii: "\""): return skipString()
        case UInt8(ascii: "t"): return skipWord("true")
        case UInt8(ascii: "f"): return skipWord("false")
        case UInt8(ascii: "n"): return skipWord("null")
        default: return skipNumber()
        }
    }

    private mutating func skipObject(depth: Int) -> Bool {
        guard skip("{") else { return false }
        if skip("}", trailing: false) { return true }
        repeat {
            guard skipString(), skip(":"), skipValue(depth: depth) else { return false }
        } while skip(",")
        return skip("}", trailing: false)
    }

    private mutating func skipArray(depth: Int) -> Bool {
        guard skip("[") else { return false }
        if skip("]", trailing: false) { return true }
        repeat {
            guard skipValue(depth: depth) else { return false }
        } while skip(",")
        return skip("]", trailing: false)
    }

    /// As ``skip(_:)``, but what follows the character is left alone: a value ends with its bracket.
    private mutating func skip(_ character: Unicode.Scalar, trailing: Bool) -> Bool {
        skipSpace()
        guard next == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func skipWord(_ word: StaticString) -> Bool {
        for expected in word.description.utf8 {
            guard next == expected else { return false }
            offset += 1
        }
        return true
    }

    private mutating func skipString() -> Bool {
        guard next == UInt8(ascii: "\"") else { return false }
        offset = JSONBytes.endOfPlain(bytes, from: offset + 1)
        while next == UInt8(ascii: "\\") {
            offset += 1
            guard skipEscape() else { return false }
            offset = JSONBytes.endOfPlain(bytes, from: offset)
        }
        guard next == UInt8(ascii: "\"") else { return false }
        offset += 1
        return true
    }

    private mutating func skipEscape() -> Bool {
        guard let byte = next else { return false }
        offset += 1
        switch byte {
        case UInt8(ascii: "u"):
            for _ in 0..<4 {
                guard let digit = next, isHexDigit(digit) else { return false }
                offset += 1
            }
            return true
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return true
        default:
            return false
        }
    }

    private mutating func skipNumber() -> Bool {
        if next == UInt8(ascii: "-") { offset += 1 }
        if next == UInt8(ascii: "0") {
            offset += 1
        } else if skipDigits() == 0 {
            return false
        }
        if next == UInt8(ascii: ".") {
            offset += 1
            guard skipDigits() > 0 else { return false }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            offset += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset += 1 }
            guard skipDigits() > 0 else { return false }
        }
        return true
    }

    private mutating func skipDigits() -> Int {
        let start = offset
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
        return offset - start
    }

    private func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default:
            false
        }
    }
}
