/// Who did something, as messages and events name them: a person, `node/mi-…`, `worker/…` or `stream/…`.
package enum ActorName {
    private static let machines = ["node/", "worker/", "stream/"]

    /// Whether a person (or a token issued to one) stands behind the name.
    package static func isPerson(_ actor: String) -> Bool {
        !actor.isEmpty && !machines.contains { actor.hasPrefix($0) }
    }

    /// Whether a person's decisions may be recorded under the name: 1 to 100 bytes without spaces, slashes or control characters.
    package static func isFitting(_ name: String) -> Bool {
        (1...100).contains(name.utf8.count)
            && name.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0.value >= 0x20 && $0 != "/" }
    }
}
