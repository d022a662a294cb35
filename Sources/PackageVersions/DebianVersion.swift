/// A Debian package version, `[epoch:]upstream[-revision]`, ordered as dpkg orders it.
package struct DebianVersion: Comparable, Sendable {
    private let epoch: Int
    private let upstream: [UInt8]
    private let revision: [UInt8]

    package init(_ text: String) {
        var rest = Substring(text)
        if let colon = rest.firstIndex(of: ":"), let epoch = Int(rest[..<colon]) {
            self.epoch = epoch
            rest = rest[rest.index(after: colon)...]
        } else {
            epoch = 0
        }
        if let hyphen = rest.lastIndex(of: "-") {
            upstream = Array(rest[..<hyphen].utf8)
            revision = Array(rest[rest.index(after: hyphen)...].utf8)
        } else {
            upstream = Array(rest.utf8)
            revision = []
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.compare(right) < 0 }

    /// Versions are equal when neither is before the other, as `1.0` and `1.00` are.
    package static func == (left: Self, right: Self) -> Bool { left.compare(right) == 0 }

    private func compare(_ other: Self) -> Int {
        guard epoch == other.epoch else { return epoch < other.epoch ? -1 : 1 }
        let order = Self.compare(upstream[...], other.upstream[...])
        return order != 0 ? order : Self.compare(revision[...], other.revision[...])
    }

    /// By turns a stretch without digits, compared character by character, and a number, compared by value.
    private static func compare(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        var (left, right) = (left, right)
        while !left.isEmpty || !right.isEmpty {
            while weight(left.first) != 0 || weight(right.first) != 0 {
                let difference = weight(left.first) - weight(right.first)
                if difference != 0 { return difference }
                left = left.dropFirst()
                right = right.dropFirst()
            }
            let (first, second) = (number(&left), number(&right))
            if first.count != second.count { return first.count - second.count }
            if first != second { return first.lexicographicallyPrecedes(second) ? -1 : 1 }
        }
        return 0
    }

    /// `~` before the end, the end (and a digit) before letters, letters before the rest.
    private static func weight(_ byte: UInt8?) -> Int {
        guard let byte, !isDigit(byte) else { return 0 }
        if byte == UInt8(ascii: "~") { return -1 }
        let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        return isLetter ? Int(byte) : Int(byte) + 256
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Takes the digits at the front, without leading zeros: the longer number is the larger one.
    private static func number(_ text: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let digits = text.prefix(while: isDigit)
        text = text.dropFirst(digits.count)
        return digits.drop { $0 == UInt8(ascii: "0") }
    }
}
