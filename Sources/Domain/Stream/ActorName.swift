/// Who did something, as messages and events name them: a person, `node/mi-…`, `worker/…` or `stream/…`.
package enum ActorName {
    private static let machines = ["node/", "worker/", "stream/"]

    /// Whether a person (or a token issued to one) stands behind the name.
    package static func isPerson(_ actor: String) -> Bool {
        !actor.isEmpty && !machines.contains { actor.hasPrefix($0) }
    }
}
