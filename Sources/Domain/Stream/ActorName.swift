/// Who did something, as messages and events name them: a person, `node/mi-…`, `worker/…`, `stream/…`, or `window/mw-…`.
package enum ActorName {
    private static let machines = ["node/", "worker/", "stream/", "window/"]
    /// What the control plane itself, and somebody unknown, are called.
    private static let reserved: Set<String> = ["server", "nobody"]

    /// Whether a person (or a token issued to one) stands behind the name.
    package static func isPerson(_ actor: String) -> Bool {
        !actor.isEmpty && !machines.contains { actor.hasPrefix($0) }
    }

    /// Whether two names are one person's: neither case nor the form in which Unicode has a character makes another of them.
    package static func isSame(_ one: String, _ other: String) -> Bool { folded(one) == folded(other) }

    /// Whether a person's decisions may be recorded under the name: 1 to 100 bytes that people can tell from every other name, without
    /// spaces and slashes.
    package static func isFitting(_ name: String) -> Bool {
        let folded = folded(name)
        return (1...100).contains(name.utf8.count) && !reserved.contains(folded)
            && name.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0 != "/" && isVisible($0) }
            // A variant of other characters, such as a wide letter.
            && folded.unicodeScalars.allSatisfy { !$0.properties.changesWhenNFKCCaseFolded }
    }

    /// Without case; that texts are equal whatever their characters are composed of is the language's.
    ///
    /// By way of upper case, since lower case alone leaves `ß` and `SS` apart.
    private static func folded(_ name: String) -> String { name.uppercased().lowercased() }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .unassigned, .privateUse, .surrogate: false
        default: true
        }
    }
}
