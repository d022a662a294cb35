/// Checks the checks: looks for a world in which a deliberate defect is found.
package struct DefectHunt: Sendable {
    /// A defect that is not found in so many worlds is one that the checks are blind to.
    package static let maximumSeeds = 2_000

    /// Looks for each defect and prints where it is found.
    ///
    /// - Returns: whether all are found.
    package static func run(_ defects: [Defect], from first: UInt64) -> Bool {
        var isGood = true
        for defect in defects {
            let found = find(defect, from: first)
            isGood = isGood && found != nil
            print("\(defect.rawValue): \(found?.finding ?? "not found in \(maximumSeeds) worlds")")
        }
        return isGood
    }

    /// The seed that finds it, and what it finds; nil when none does.
    package static func find(_ defect: Defect, from first: UInt64 = 0, seeds: Int = maximumSeeds) -> RunResult? {
        for seed in first..<first + UInt64(seeds) {
            let result = World.run(RunPlan(seed: seed, defect: defect))
            if result.violation != nil { return result }
        }
        return nil
    }
}
