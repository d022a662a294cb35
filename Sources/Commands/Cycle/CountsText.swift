package import ReadModels

/// Counts of host runs in words.
package enum CountsText {
    /// What is not zero, such as `10 hosts: 8 succeeded, 1 failed, 1 in flight`.
    ///
    /// - Parameter noun: what is counted, in the singular.
    package static func sentence(_ counts: CountsView, of noun: String = "host") -> String {
        guard counts.targets > 0 else { return "no \(noun)s" }
        let parts = [
            (counts.succeeded, "succeeded"), (counts.failed, "failed"), (counts.other, "ended otherwise"),
            (counts.inFlight, "in flight"), (counts.queued, "queued"),
        ]
        let told = parts.filter { $0.0 > 0 }.map { "\($0) \($1)" }.joined(separator: ", ")
        let hosts = counts.targets == 1 ? "1 \(noun)" : "\(counts.targets) \(noun)s"
        return told.isEmpty ? hosts : "\(hosts): \(told)"
    }

    /// Host runs that have ended, one way or the other.
    package static func ended(_ counts: CountsView) -> Int { counts.succeeded + counts.failed + counts.other }
}
