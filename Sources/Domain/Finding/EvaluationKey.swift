package import Time

/// All that the evaluation of a host follows from.
package struct EvaluationKey: Hashable, Sendable {
    package let packageSet: String
    package let advisorySet: String
    package let policy: String
    /// Delays are counted in whole UTC days, so nothing else changes within one.
    package let day: Int64

    /// - Parameters:
    ///   - packageSet: the digest of the host's inventory.
    ///   - advisorySet: what tells the advisories, and what is known of exploitation, from others.
    ///   - policy: the digest of the baselines, and whatever else chooses one.
    package init(packageSet: String, advisorySet: String, policy: String, at now: Timestamp) {
        self.packageSet = packageSet
        self.advisorySet = advisorySet
        self.policy = policy
        day = now.day
    }
}
