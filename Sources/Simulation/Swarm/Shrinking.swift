/// Makes a failing run smaller: fewer faults, hosts and days, as long as the same invariant fails.
struct Shrinking {
    private let failure: RunResult
    private let traceLines: Int

    init(_ failure: RunResult, traceLines: Int) {
        self.failure = failure
        self.traceLines = traceLines
    }

    /// The smallest run found, with its trace.
    func smallest() -> RunResult {
        var plan = failure.plan
        var hasShrunk = true
        while hasShrunk {
            hasShrunk = false
            for smaller in candidates(plan) where fails(smaller) {
                plan = smaller
                hasShrunk = true
                break
            }
        }
        return shown(plan)
    }

    /// The run with its trace.
    func shown(_ plan: RunPlan) -> RunResult {
        var plan = plan
        plan.traceLines = traceLines
        return World.run(plan)
    }

    private func fails(_ plan: RunPlan) -> Bool {
        World.run(plan).violation?.invariant == failure.violation?.invariant
    }

    private func candidates(_ plan: RunPlan) -> [RunPlan] {
        var candidates: [RunPlan] = []
        let hosts = plan.hosts ?? Scenario(plan).hosts.count
        for fewer in [1, hosts / 2, hosts - 1] where fewer > 0 && fewer < hosts {
            candidates.append(plan.with { $0.hosts = fewer })
        }
        for fault in Fault.allCases where !plan.without.contains(fault) {
            candidates.append(plan.with { $0.without.insert(fault) })
        }
        if plan.mode == .safety, plan.days > 1 {
            candidates.append(plan.with { $0.days = plan.days / 2 })
            candidates.append(plan.with { $0.days = plan.days - 1 })
        }
        return candidates
    }
}

extension RunPlan {
    fileprivate func with(_ change: (inout Self) -> Void) -> Self {
        var plan = self
        change(&plan)
        return plan
    }
}
