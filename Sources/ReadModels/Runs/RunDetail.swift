/// How much of a run is asked for.
package enum RunDetail: Equatable, Sendable {
    /// Its counts, and no hosts.
    case summary
    /// Each host and its steps; with what they said on the hosts of this id or name.
    case hosts(outputOf: String? = nil)
}
