/// What became of a message; durable, and the same for every repetition of it.
package enum Answer: Codable, Equatable, Sendable {
    /// Its events are committed. `position` is that of its stream's commit in the shard.
    case accepted(position: Int64)
    /// A rule forbids it; nothing was written. `code` is stable and kebab-case, `detail` a sentence for the operator.
    case refused(code: String, detail: String)
    /// Its decider trapped or its body did not decode: set aside with the error, and shown.
    case setAside(error: String)
}
