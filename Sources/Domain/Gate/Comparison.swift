/// What a number must be, such as `< 0.05`.
package struct Comparison: Codable, Equatable, Sendable {
    package enum Sign: String, Codable, Sendable, CaseIterable {
        case less = "<"
        case atMost = "<="
        case more = ">"
        case atLeast = ">="
        case equal = "=="
        case unequal = "!="
    }

    package var sign: Sign
    package var value: Double

    package init(_ sign: Sign, _ value: Double) {
        self.sign = sign
        self.value = value
    }

    /// nil for what is no sign and a finite number behind it.
    package init?(_ text: String) {
        let mark = text.prefix { "<>=!".contains($0) }
        guard let sign = Sign(rawValue: String(mark)),
            let value = Double(text.dropFirst(mark.count).drop { $0 == " " }), value.isFinite
        else { return nil }
        self.init(sign, value)
    }

    /// Of what is not a number nothing holds.
    package func holds(for number: Double) -> Bool {
        switch sign {
        case .less: number < value
        case .atMost: number <= value
        case .more: number > value
        case .atLeast: number >= value
        case .equal: number == value
        case .unequal: number != value && !number.isNaN
        }
    }

    package var text: String {
        let whole = Int(exactly: value).map { "\($0)" }
        return "\(sign.rawValue) \(whole ?? "\(value)")"
    }
}
