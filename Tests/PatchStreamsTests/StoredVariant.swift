import PatchStreams

/// JSON of the same meaning, or of nearly the same, written in another way: keys in another order, spaces, escapes, members that
/// nobody knows and members that are missing.
struct StoredVariant {
    private(set) var text = ""

    init(_ data: String, _ random: inout SplitMix64) throws {
        write(try DomainJSON.decode(JSONValue.self, from: data), &random)
    }

    // MARK: - Steps

    private mutating func write(_ value: JSONValue, _ random: inout SplitMix64) {
        space(&random)
        switch value {
        case .null: text += "null"
        case .bool(let isTrue): text += "\(isTrue)"
        case .integer(let number): text += "\(number)"
        case .number(let number): text += "\(number)"
        case .text(let string): write(string, &random)
        case .list(let values): write(values, "[", "]", &random) { $0.write($1, &$2) }
        case .object(let members): write(variant(of: members, &random), &random)
        }
        space(&random)
    }

    private mutating func write(_ members: [(String, JSONValue)], _ random: inout SplitMix64) {
        write(members, "{", "}", &random) { variant, member, random in
            variant.space(&random)
            variant.write(member.0, &random)
            variant.space(&random)
            variant.text += ":"
            variant.write(member.1, &random)
        }
    }

    private mutating func write<Element>(
        _ elements: [Element],
        _ opening: String,
        _ closing: String,
        _ random: inout SplitMix64,
        _ element: (inout Self, Element, inout SplitMix64) -> Void
    ) {
        text += opening
        for (place, one) in elements.enumerated() {
            if place > 0 { text += "," }
            element(&self, one, &random)
        }
        text += closing
    }

    /// Quotes, backslashes and control characters must be escaped; others may be.
    private mutating func write(_ string: String, _ random: inout SplitMix64) {
        text += "\""
        for unit in string.utf16 {
            let mustEscape = unit < 0x20 || unit == 0x22 || unit == 0x5c
            // Half a pair cannot stand alone, so both are escaped.
            if mustEscape || unit >= 0xd800 && unit < 0xe000 || random.next() % 64 == 0 {
                let digits = String(unit, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else if let scalar = Unicode.Scalar(unit) {
                text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }

    private func variant(of members: [String: JSONValue], _ random: inout SplitMix64) -> [(String, JSONValue)] {
        var members = members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        if random.next() % 32 == 0, !members.isEmpty { members.removeLast() }
        if random.next() % 16 == 0 { members.append(("of-tomorrow", .list([.object(["a": .null]), .number(-1.5)]))) }
        if random.next() % 16 == 0 { members.append(("before", .null)) }
        return random.next() % 8 == 0 ? members.shuffled(using: &random) : members
    }

    private mutating func space(_ random: inout SplitMix64) {
        if random.next() % 128 == 0 { text += [" ", "\n", "\t", "\r"].randomElement(using: &random) ?? "" }
    }
}
