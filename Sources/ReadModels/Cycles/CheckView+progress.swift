import Domain
import Time

extension CheckView {
    /// - Parameter moment: at which it is shown; when its gate was passed, where it was.
    init(_ check: GateCheck, _ progress: CheckProgress, at moment: Timestamp) {
        let latest = progress.latest
        let state =
            if progress.waiver != nil {
                "waived"
            } else if let latest {
                !latest.passed ? "failing" : progress.holds(check, at: moment) ? "passing" : "stale"
            } else {
                "unasked"
            }
        self.init(
            name: check.name,
            state: state,
            limit: check.limit,
            found: latest?.found,
            askedAt: latest?.askedAt,
            failuresInARow: progress.failuresInARow,
            waiver: progress.waiver.map(ResumptionView.init)
        )
    }

    /// What the gate waits for; nil when the check holds.
    var obstacle: String? {
        switch state {
        case "unasked": "the first answer of check \(name)"
        case "failing": "check \(name): found \(found ?? "nothing"), must be \(limit)"
        case "stale": "a new answer of check \(name)"
        default: nil
        }
    }
}
