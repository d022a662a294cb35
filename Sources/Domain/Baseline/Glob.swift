/// A shell pattern over text, without regard to the case of ASCII letters: `*` is any text, `?` one character, `[a-c]` one of these, `[!a-c]`
/// one of the others.
///
/// A bracket without an end stands for itself. Characters are those of UTF-8: bytes.
package struct Glob: Sendable {
    private enum Token: Equatable {
        case anyText
        case anyByte
        case byte(UInt8)
        case oneOf([ClosedRange<UInt8>], isNegated: Bool)

        func matches(_ byte: UInt8) -> Bool {
            switch self {
            case .anyText: false
            case .anyByte: true
            case .byte(let own): own == byte
            case .oneOf(let ranges, let isNegated): ranges.contains { $0.contains(byte) } != isNegated
            }
        }
    }

    /// Most patterns are no more than names, of which none needs to be taken apart.
    private enum Form {
        case plain(String)
        case tokens([Token])
    }

    private let form: Form

    package init(_ pattern: String) {
        let hasSpecial = pattern.utf8.contains {
            $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[")
        }
        form = hasSpecial ? .tokens(Self.tokens(pattern)) : .plain(pattern)
    }

    /// Linear in the text for each `*`: a failed match only goes back to the last one.
    package func matches(_ text: String) -> Bool {
        switch form {
        case .plain(let name):
            return name.utf8.count == text.utf8.count
                && zip(name.utf8, text.utf8).allSatisfy { Self.lowercased($0) == Self.lowercased($1) }
        case .tokens(let tokens):
            var text = text
            return text.withUTF8 { Self.matches(tokens, $0) }
        }
    }

    // MARK: - Steps

    private static func tokens(_ pattern: String) -> [Token] {
        let bytes = pattern.utf8.map(lowercased)
        var tokens: [Token] = []
        tokens.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "*"): tokens.append(.anyText)
            case UInt8(ascii: "?"): tokens.append(.anyByte)
            case UInt8(ascii: "["):
                guard let (token, last) = bracket(bytes, from: index) else { fallthrough }
                tokens.append(token)
                index = last
            default: tokens.append(.byte(bytes[index]))
            }
            index += 1
        }
        return tokens
    }

    private static func matches(_ tokens: [Token], _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var (position, index) = (0, 0)
        var retry: (position: Int, index: Int)?
        while index < text.count {
            if position < tokens.count, tokens[position] == .anyText {
                retry = (position, index)
                position += 1
            } else if position < tokens.count, tokens[position].matches(lowercased(text[index])) {
                position += 1
                index += 1
            } else if let last = retry {
                retry = (last.position, last.index + 1)
                position = last.position + 1
                index = last.index + 1
            } else {
                return false
            }
        }
        return tokens[position...].allSatisfy { $0 == .anyText }
    }

    /// The class that begins at the bracket, and the place of its end; nil when it has none.
    private static func bracket(_ bytes: [UInt8], from start: Int) -> (Token, Int)? {
        var index = start + 1
        let isNegated = index < bytes.count && [UInt8(ascii: "!"), UInt8(ascii: "^")].contains(bytes[index])
        if isNegated { index += 1 }
        let first = index
        var ranges: [ClosedRange<UInt8>] = []
        while index < bytes.count, bytes[index] != UInt8(ascii: "]") || index == first {
            let isRange =
                index + 2 < bytes.count && bytes[index + 1] == UInt8(ascii: "-")
                && bytes[index + 2] != UInt8(ascii: "]")
            let last = bytes[isRange ? index + 2 : index]
            // One that runs backwards holds nothing.
            if bytes[index] <= last { ranges.append(bytes[index]...last) }
            index += isRange ? 3 : 1
        }
        return index < bytes.count ? (.oneOf(ranges, isNegated: isNegated), index) : nil
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
