import Domain

/// How Microsoft's documents name updates.
enum MicrosoftUpdate {
    /// `KB5036451` of `5036451` or `KB5036451`; nil for other texts, such as `Release Notes`.
    static func name(_ text: some StringProtocol) -> String? {
        let digits = text.uppercased().hasPrefix("KB") ? text.dropFirst(2) : text[...]
        guard (6...8).contains(digits.utf8.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return "KB\(digits)"
    }

    /// The update that an address leads to, such as `…/help/5036451` or `…?q=KB5036451`.
    static func name(inAddress text: String) -> String? {
        text.split { ["/", "=", "?", "&"].contains($0) }.last.flatMap { name($0) }
    }

    static func rebootNeed(_ word: String?) -> RebootNeed {
        switch word?.lowercased() {
        case "yes": .required
        case "maybe": .possible
        case "no": .notNeeded
        default: .unstated
        }
    }
}

extension [String] {
    /// The word that ranks highest, the first of equals; empty for none.
    func worstSeverity(_ kind: AdvisoryKind) -> String {
        var worst: (word: String, rank: Int)?
        for word in self {
            let rank = AdvisorySeverity(word: word, kind: kind).rank
            if rank > worst?.rank ?? -1 { worst = (word, rank) }
        }
        return worst?.word ?? ""
    }
}
