import Domain

extension WorkflowDefinition {
    /// A workflow with some sites, rings and rules.
    static func drawn(_ random: inout RandomSource) -> Self {
        let zones = Scenario.zones.shuffled(using: &random).prefix(random.int(1...3))
        let rings = ["early", "main", "late"].prefix(random.int(1...3))
        let scan = Stage(name: "scan", work: .scan(rules(ring: nil, &random)), gate: gate(&random))
        let installs = rings.map { ring in
            Stage(
                name: ring,
                work: .install(rules(ring: ring, &random), reboot: random.chance(0.2) ? .never : .ifNeeded),
                gate: random.chance(0.8) ? gate(&random) : nil
            )
        }
        return Self(
            name: "monthly",
            zone: "UTC",
            starts: nil,
            sites: zones.map { Site(name: "site-\($0.lowercased().replacing("/", with: "-"))", zone: $0) },
            baselines: [
                Baseline(
                    name: "baseline",
                    patchGroups: rings.map { "Debian12-\($0)" },
                    rules: [Baseline.ApprovalRule(includesNonSecurity: true)],
                    rejected: [Repository.rejected]
                )
            ],
            stages: [scan] + installs + [Stage(name: "report", work: .report)]
        )
    }

    /// From a source of their own: worlds without checks are as they were before there were any.
    func withChecks(drawnFrom plan: RunPlan) -> Self {
        var random = RandomSource(seed: plan.seed, stream: 7)
        guard random.chance(0.25) else { return self }
        var definition = self
        for index in stages.indices where stages[index].gate != nil && random.chance(0.7) {
            definition.stages[index].gate?.checks = (1...random.int(1...2)).map { number in
                GateCheck(
                    name: "service-\(number)",
                    probe: .tcp(host: "service", port: number),
                    everySeconds: random.one(of: [600, 1_800, 7_200]),
                    failures: random.int(1...3)
                )
            }
        }
        return definition
    }

    private static func rules(ring: String?, _ random: inout RandomSource) -> LaneRules {
        let duration = random.int(1...6) * 3_600
        let opening: WindowRule.Opening =
            random.chance(0.2)
            ? .now : .schedule("cron(\(random.int(0...59)) \(random.one(of: [0, 1, 2, 2, 3, 9, 22])) * * ? *)")
        return LaneRules(
            targets: TargetSelector(rings: ring.map { [$0] } ?? []),
            window: WindowRule(
                opens: opening,
                zone: .site,
                durationSeconds: duration,
                cutoffSeconds: random.int(1...3) * duration / 8
            ),
            rateControl: RateControl(
                maxConcurrency: random.chance(0.5) ? .count(random.int(1...4)) : .percent(random.int(1...100)),
                maxErrors: random.chance(0.5) ? .count(random.int(0...3)) : .percent(random.int(0...50))
            ),
            deliverySeconds: random.int(300...7_200),
            hostRunSeconds: random.int(1_800...18_000)
        )
    }

    private static func gate(_ random: inout RandomSource) -> Gate {
        Gate(
            soakSeconds: random.one(of: [0, 600, 7_200, 43_200]),
            failedAtMost: random.one(of: [nil, .count(0), .count(1), .percent(30)]),
            approval: random.chance(0.7)
                ? Gate.ApprovalRule(by: random.int(1...2), role: random.chance(0.5) ? "operator" : nil) : nil
        )
    }
}
