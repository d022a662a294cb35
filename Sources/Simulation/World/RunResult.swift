/// What came of one run.
package struct RunResult: Sendable {
    package var plan: RunPlan
    package var violation: Violation?
    package var occasions: [Occasion: Int]
    /// Virtual days times hosts.
    package var hostDays: Double
    package var actions: Int
    /// Of the whole log: two runs of one plan have the same.
    package var digest: String
    package var trace: [String]

    /// The seed and what it violates, for people.
    package var finding: String { "seed \(plan.seed): \(violation.map { "\($0)" } ?? "nothing")" }
}
