/// An rpm package version, `[epoch:]version[-release]`, ordered as rpm orders it.
package struct RPMVersion: Comparable, Sendable {
    private let epoch: [UInt8]
    private let version: [UInt8]
    /// nil when there is none, which is before every release.
    private let release: [UInt8]?

    package init(_ text: String) {
        var rest = Array(text.utf8)[...]
        let digits = rest.prefix(while: Self.isDigit)
        if rest.dropFirst(digits.count).first == UInt8(ascii: ":") {
            epoch = digits.isEmpty ? Self.noEpoch : Array(digits)
            rest = rest.dropFirst(digits.count + 1)
        } else {
            epoch = Self.noEpoch
        }
        if let hyphen = rest.lastIndex(of: UInt8(ascii: "-")) {
            version = Array(rest[..<hyphen])
            release = Array(rest[(hyphen + 1)...])
        } else {
            version = Array(rest)
            release = nil
        }
    }

    private static let noEpoch = [UInt8(ascii: "0")]

    package static func < (left: Self, right: Self) -> Bool { left.compare(right) < 0 }

    /// Versions are equal when neither is before the other, as `1.0` and `1_00` are.
    package static func == (left: Self, right: Self) -> Bool { left.compare(right) == 0 }

    private func compare(_ other: Self) -> Int {
        let epochs = Self.compare(epoch[...], other.epoch[...])
        if epochs != 0 { return epochs }
        let versions = Self.compare(version[...], other.version[...])
        if versions != 0 { return versions }
        switch (release, other.release) {
        case (nil, nil): return 0
        case (nil, _): return -1
        case (_, nil): return 1
        case (let left?, let right?): return Self.compare(left[...], right[...])
        }
    }

    /// By turns a number or a word; what is neither only separates.
    ///
    /// `~` is before everything, also the end; `^` is after the end and before everything else.
    private static func compare(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        if left == right { return 0 }
        var (left, right) = (left, right)
        while !left.isEmpty || !right.isEmpty {
            left = left.drop { !isPart($0) }
            right = right.drop { !isPart($0) }
            switch (left.first, right.first) {
            case (tilde, tilde), (caret, caret):
                left = left.dropFirst()
                right = right.dropFirst()
                continue
            case (tilde, _): return -1
            case (_, tilde): return 1
            case (caret, _): return right.isEmpty ? 1 : -1
            case (_, caret): return left.isEmpty ? -1 : 1
            case (nil, nil): return 0
            case (nil, _): return -1
            case (_, nil): return 1
            case (let first?, let second?):
                // A number is after a word.
                guard isDigit(first) == isDigit(second) else { return isDigit(first) ? 1 : -1 }
                let order = compareParts(&left, &right, isDigit(first) ? isDigit : isLetter)
                if order != 0 { return order }
            }
        }
        return 0
    }

    /// Takes the part at the front of both: numbers by value, words by their bytes.
    private static func compareParts(
        _ left: inout ArraySlice<UInt8>,
        _ right: inout ArraySlice<UInt8>,
        _ belongs: (UInt8) -> Bool
    ) -> Int {
        var (first, second) = (left.prefix(while: belongs), right.prefix(while: belongs))
        left = left.dropFirst(first.count)
        right = right.dropFirst(second.count)
        if first.first.map(isDigit) == true {
            first = first.drop { $0 == UInt8(ascii: "0") }
            second = second.drop { $0 == UInt8(ascii: "0") }
            if first.count != second.count { return first.count - second.count }
        }
        if first.elementsEqual(second) { return 0 }
        return first.lexicographicallyPrecedes(second) ? -1 : 1
    }

    private static let tilde = UInt8(ascii: "~")
    private static let caret = UInt8(ascii: "^")

    private static func isPart(_ byte: UInt8) -> Bool {
        isDigit(byte) || isLetter(byte) || byte == tilde || byte == caret
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
