/// Numbers as the console shows them.
enum Figures {
    /// With thousands apart, as in `12 340`; the space is a narrow one that does not break.
    static func grouped(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var groups: [Substring] = []
        var rest = digits[...]
        while rest.count > 3 {
            groups.append(rest.suffix(3))
            rest = rest.dropLast(3)
        }
        groups.append(rest)
        return (number < 0 ? "−" : "") + groups.reversed().joined(separator: "\u{202f}")
    }

    /// Rounded down, so that 100 % means all; nil for a part of nothing.
    static func percent(_ part: Int, of whole: Int) -> String? { whole > 0 ? "\(part * 100 / whole) %" : nil }

    static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
        "\(grouped(number)) \(number == 1 ? noun : plural ?? noun + "s")"
    }

    /// Enough of a digest to tell it from others at a glance.
    static func short(_ digest: String) -> String { String(digest.prefix(12)) }
}
