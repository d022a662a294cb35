/// What a member of a request may be, as SSM's model has it (ssm-semantics, appendix A).
indirect enum Shape: Sendable {
    case text(ClosedRange<Int>, Pattern? = nil)
    /// A word of an enumeration.
    case word([String])
    case integer(ClosedRange<Int>)
    case boolean
    /// Seconds since 1970, with or without a fraction.
    case time
    case list(Shape, ClosedRange<Int>)
    /// Any names, each with a value of the shape.
    case map(Shape)
    case structure([Member])

    struct Member: Sendable {
        let name: String
        let shape: Shape
        let isRequired: Bool

        static func required(_ name: String, _ shape: Shape) -> Self {
            Self(name: name, shape: shape, isRequired: true)
        }

        static func optional(_ name: String, _ shape: Shape) -> Self {
            Self(name: name, shape: shape, isRequired: false)
        }
    }

    /// A regular expression: its text for messages, and what it says in code.
    struct Pattern: Sendable {
        let text: String
        let matches: @Sendable (String) -> Bool
    }

    static func words<Word: RawRepresentable & CaseIterable>(_: Word.Type) -> Shape where Word.RawValue == String {
        .word(Word.allCases.map(\.rawValue))
    }

    static let any = 0...Int.max
    static let text = Shape.text(any)
}

extension Shape.Pattern {
    private static let marks = "_.:/=+-@"

    /// ASCII letters and digits, and these.
    static func plain(_ others: String, as text: String) -> Self {
        Self(text: text) { value in
            value.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                    || others.unicodeScalars.contains(scalar)
            }
        }
    }

    static let name = plain("_-.", as: #"^[a-zA-Z0-9_\-.]{3,128}$"#)
    static let baselineID = plain("_-:/", as: #"^[a-zA-Z0-9_\-:/]{20,128}$"#)

    /// Of tags and patch groups: letters, digits and blanks of any script, and some marks.
    static let tag = Self(text: #"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$"#) { value in
        value.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
                .letterNumber, .otherNumber, .spaceSeparator, .lineSeparator, .paragraphSeparator:
                true
            default: marks.unicodeScalars.contains(scalar)
            }
        }
    }

    /// 8, 4, 4, 4 and 12 digits.
    static let uuid = Self(text: "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$") { value in
        let parts = value.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12] && parts.joined().utf8.allSatisfy(isHexadecimal)
    }

    static let managedInstanceID = Self(text: "^mi-[0-9a-f]{17}$") { value in
        value.hasPrefix("mi-") && value.utf8.count == 20 && value.utf8.dropFirst(3).allSatisfy(isHexadecimal)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    static let instanceID = Self(text: #"(^i-(\w{8}|\w{17})$)|(^mi-\w{17}$)"#) { value in
        let parts = value.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        let lengths = parts[0] == "mi" ? [17] : parts[0] == "i" ? [8, 17] : []
        return lengths.contains(parts[1].utf8.count)
            && parts[1].unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_")
            }
    }
}
