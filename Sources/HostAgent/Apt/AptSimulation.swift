import AgentProtocol

/// Reads what `apt-get --simulate` prints.
package enum AptSimulation {
    /// The lines `Inst NAME [OLD] (NEW ARCHIVE [ARCHITECTURE])`, `Remv NAME [OLD]` and `Purg NAME [OLD]`.
    package static func changes(in output: String, native: String) -> [PlannedChange] {
        output.split(separator: "\n").compactMap { change(in: $0, native: native) }
    }

    /// The package that keeps a named one out, by the first of the lines behind `unmet dependencies`.
    ///
    ///      acme-web : Depends: acme-tls (>= 2) but 1 is to be installed
    package static func blocker(of name: String, in output: String) -> String? {
        let lines = output.split(separator: "\n").drop { !$0.hasSuffix("have unmet dependencies:") }.dropFirst()
        guard let words = lines.first?.split(separator: " "), words.count >= 4, words[1] == ":" else { return nil }
        func plain(_ word: Substring) -> String { String(word.prefix { $0 != ":" }) }
        // Where the line is another package's, that one would break.
        return plain(words[0]) == name ? plain(words[3]) : plain(words[0])
    }

    private static func change(in line: Substring, native: String) -> PlannedChange? {
        let words = line.split(separator: " ")
        guard words.count >= 2 else { return nil }
        let identity = words[1].split(separator: ":", maxSplits: 1).map(String.init)
        let suffix = identity.count > 1 ? identity[1] : nil
        let old = words.count > 2 && words[2].hasPrefix("[") ? String(words[2].dropFirst().dropLast()) : nil
        switch words[0] {
        case "Inst":
            let details = line.split(separator: "(", maxSplits: 1).last?.split(separator: ")", maxSplits: 1).first
            guard let details, let new = details.split(separator: " ").first else { return nil }
            let architecture = details.split(separator: "[").last.map { String($0.prefix { $0 != "]" }) }
            return PlannedChange(
                .install,
                name: identity[0],
                architecture: architecture ?? suffix ?? native,
                from: old,
                to: String(new)
            )
        case "Remv", "Purg":
            return PlannedChange(.remove, name: identity[0], architecture: suffix ?? native, from: old, to: nil)
        default:
            return nil
        }
    }
}
