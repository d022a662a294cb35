package import Time

/// Evaluations by all that they follow from, so that equal hosts are evaluated once.
///
/// A value without a clock. It holds at most twice its capacity: when as many are new, those that nobody has asked for since the last
/// time are dropped.
package struct EvaluationCache: Sendable {
    /// Delays are counted in whole UTC days, so nothing else changes within one.
    package struct Key: Hashable, Sendable {
        package let packageSet: String
        package let advisorySet: String
        package let policy: String
        package let day: Int64

        /// - Parameters:
        ///   - packageSet: the digest of the host's inventory.
        ///   - advisorySet: that of the advisories and of what is known of exploitation.
        ///   - policy: that of the baseline, and of what else the report was made from.
        package init(packageSet: String, advisorySet: String, policy: String, at now: Timestamp) {
            self.packageSet = packageSet
            self.advisorySet = advisorySet
            self.policy = policy
            day = now.day
        }
    }

    private let capacity: Int
    private var young: [Key: Evaluation] = [:]
    private var old: [Key: Evaluation] = [:]

    /// - Parameter capacity: at least 1.
    package init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    package var count: Int { young.count + old.count }

    /// The evaluation that is known for the key, or else the one that is made now.
    package mutating func evaluation<Failure>(
        _ key: Key,
        else evaluate: () throws(Failure) -> Evaluation
    ) throws(Failure) -> Evaluation {
        if let known = young[key] { return known }
        let evaluation = if let known = old.removeValue(forKey: key) { known } else { try evaluate() }
        if young.count >= capacity {
            old = young
            young = [:]
        }
        young[key] = evaluation
        return evaluation
    }
}
