/// A content line of iCalendar (RFC 5545 §3.1), unfolded.
struct ContentLine: Equatable {
    /// In capitals.
    let name: String
    /// By names in capitals; of several values the text with its commas.
    let parameters: [String: String]
    let value: String
    /// Where it begins in the text, from 1.
    let line: Int

    /// nil for what is not a content line.
    init?(_ text: String, line: Int) {
        var rest = text[...]
        guard let name = Self.token(&rest) else { return nil }
        var parameters: [String: String] = [:]
        while rest.first == ";" {
            rest.removeFirst()
            guard let parameter = Self.token(&rest), rest.first == "=" else { return nil }
            rest.removeFirst()
            guard let value = Self.parameterValue(&rest) else { return nil }
            parameters[parameter] = value
        }
        guard rest.first == ":" else { return nil }
        (self.name, self.parameters, self.line) = (name, parameters, line)
        value = String(rest.dropFirst())
    }

    /// The value as text: `\n`, `\,`, `\;` and `\\` stand for what they escape (§3.3.11).
    var text: String {
        var (text, isEscaped) = ("", false)
        for character in value {
            if isEscaped {
                text.append(character == "n" || character == "N" ? "\n" : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                text.append(character)
            }
        }
        return text
    }

    // MARK: - Steps

    private static func token(_ rest: inout Substring) -> String? {
        let token = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        rest = rest.dropFirst(token.count)
        return token.isEmpty ? nil : token.uppercased()
    }

    private static func parameterValue(_ rest: inout Substring) -> String? {
        var value = ""
        while let next = rest.first, !";:".contains(next) {
            rest.removeFirst()
            guard next == "\"" else {
                value.append(next)
                continue
            }
            guard let end = rest.firstIndex(of: "\"") else { return nil }
            value += rest[..<end]
            rest = rest[end...].dropFirst()
        }
        return value
    }
}
