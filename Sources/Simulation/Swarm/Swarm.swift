/// Runs many worlds and tells what came of them.
package struct Swarm: Sendable {
    /// From so many seeds on, an occasion that never came is a failure: the swarm has shown nothing about it.
    package static let completeFrom = 500
    /// Lines of what happened that a failure shows.
    private static let traceLines = 80

    private let plans: [RunPlan]
    private let jobs: Int
    private let shrinks: Bool

    /// - Parameters:
    ///   - jobs: worlds that run at a time, each on a thread of its own.
    ///   - shrinks: a smaller run is looked for that fails as the failing one does.
    package init(_ plans: [RunPlan], jobs: Int, shrinks: Bool = true) {
        self.plans = plans
        self.jobs = jobs
        self.shrinks = shrinks
    }

    /// Runs the plans until one fails.
    package func run() async -> SwarmReport {
        let clock = ContinuousClock()
        let began = clock.now
        var report = SwarmReport()
        await withTaskGroup(of: RunResult.self) { group in
            var waiting = plans.makeIterator()
            for _ in 0..<jobs { Self.add(waiting.next(), to: &group) }
            while let result = await group.next() {
                report.add(result)
                if report.failure == nil { Self.add(waiting.next(), to: &group) }
            }
        }
        report.duration = clock.now - began
        report.isComplete =
            plans.count >= Self.completeFrom && plans.allSatisfy { $0.defect == nil && $0.without.isEmpty }
        if let failure = report.failure {
            let shrinking = Shrinking(failure, traceLines: Self.traceLines)
            report.failure = shrinks ? shrinking.smallest() : shrinking.shown(failure.plan)
        }
        return report
    }

    private static func add(_ plan: RunPlan?, to group: inout TaskGroup<RunResult>) {
        guard let plan else { return }
        group.addTask { World.run(plan) }
    }
}
