extension Backoff {
    /// Between requests to a control plane that does not answer.
    package static let link = Backoff(initial: .seconds(1), maximum: .seconds(3_600))

    /// The wait after a failure: short for a hiccup, long where only a person can help.
    package mutating func wait(after failure: LinkFailure) -> Duration {
        switch failure {
        case .unreachable, .unavailable, .unreadable: lower(to: .seconds(60))
        // A clock that is off is set right without a person, too.
        case .unauthorized:
            raise(to: .seconds(60))
            lower(to: .seconds(300))
        case .rejected: raise(to: .seconds(60))
        }
        return next()
    }
}
