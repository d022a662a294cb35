/// Evaluations by all that they follow from, so that equal hosts are evaluated once.
///
/// A value without a clock. It holds at most twice its capacity: when as many are new, those that nobody has asked for since the last
/// time are dropped.
package struct EvaluationCache<Evaluation: Sendable>: Sendable {
    private let capacity: Int
    private var young: [EvaluationKey: Evaluation] = [:]
    private var old: [EvaluationKey: Evaluation] = [:]

    /// - Parameter capacity: at least 1.
    package init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    package var count: Int { young.count + old.count }

    /// The evaluation that is known for the key.
    package mutating func find(_ key: EvaluationKey) -> Evaluation? {
        if let known = young[key] { return known }
        guard let known = old.removeValue(forKey: key) else { return nil }
        keep(known, for: key)
        return known
    }

    package mutating func keep(_ evaluation: Evaluation, for key: EvaluationKey) {
        if young.count >= capacity {
            old = young
            young = [:]
        }
        young[key] = evaluation
    }
}
