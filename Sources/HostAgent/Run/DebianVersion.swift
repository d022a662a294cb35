/// A Debian version string in the order of deb-version(7): epoch, upstream version, revision.
package struct DebianVersion: Comparable, Sendable {
    private let epoch: [UInt8]
    private let upstream: [UInt8]
    private let revision: [UInt8]

    /// Takes any text; a part that is not there is empty.
    package init(_ text: String) {
        var rest = Array(text.utf8)[...]
        if let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
            epoch = Array(rest[..<colon])
            rest = rest[(colon + 1)...]
        } else {
            epoch = []
        }
        if let hyphen = rest.lastIndex(of: UInt8(ascii: "-")) {
            revision = Array(rest[(hyphen + 1)...])
            rest = rest[..<hyphen]
        } else {
            revision = []
        }
        upstream = Array(rest)
    }

    package static func == (left: Self, right: Self) -> Bool { order(left, right) == 0 }

    package static func < (left: Self, right: Self) -> Bool { order(left, right) < 0 }

    private static func order(_ left: Self, _ right: Self) -> Int {
        for part in [\Self.epoch, \Self.upstream, \Self.revision] {
            let result = order(left[keyPath: part], right[keyPath: part])
            if result != 0 { return result }
        }
        return 0
    }

    /// Compares runs of non-digits and runs of digits by turns, as dpkg does.
    private static func order(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var (i, j) = (0, 0)
        while i < left.count || j < right.count {
            while (i < left.count && !isDigit(left[i])) || (j < right.count && !isDigit(right[j])) {
                let difference = weight(left, i) - weight(right, j)
                if difference != 0 { return difference }
                i += 1
                j += 1
            }
            let (first, second) = (digits(left, &i), digits(right, &j))
            if first.count != second.count { return first.count - second.count }
            if let difference = zip(first, second).first(where: { $0 != $1 }) {
                return Int(difference.0) - Int(difference.1)
            }
        }
        return 0
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Tilde before the end, the end and digits before letters, letters before everything else.
    private static func weight(_ bytes: [UInt8], _ index: Int) -> Int {
        guard index < bytes.count, !isDigit(bytes[index]) else { return 0 }
        let byte = bytes[index]
        if byte == UInt8(ascii: "~") { return -1 }
        let lower = byte | 0x20
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lower) ? Int(byte) : Int(byte) + 256
    }

    /// The run of digits at the index without leading zeros; moves the index behind it.
    private static func digits(_ bytes: [UInt8], _ index: inout Int) -> ArraySlice<UInt8> {
        while index < bytes.count, bytes[index] == UInt8(ascii: "0") { index += 1 }
        let start = index
        while index < bytes.count, isDigit(bytes[index]) { index += 1 }
        return bytes[min(start, bytes.count)..<min(index, bytes.count)]
    }
}
