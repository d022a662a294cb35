/// How a cycle runs: data, pinned by digest in the cycle's first event.
package struct WorkflowDefinition: Codable, Equatable, Sendable {
    /// The name of those that people's one-off commands are made into.
    package static let oneOffRun = "run"

    package var name: String
    /// The IANA zone of sites that the definition does not name.
    package var zone: String
    /// When cycles start by themselves; nil when only people start them.
    package var starts: ScheduleRule?
    package var sites: [Site]
    /// The first one of its system whose patch groups match is a node's baseline.
    package var baselines: [Baseline]
    /// `scan` first, then installs and runs, `report` last; or runs alone.
    package var stages: [Stage]

    package init(
        name: String,
        zone: String,
        starts: ScheduleRule?,
        sites: [Site],
        baselines: [Baseline],
        stages: [Stage]
    ) {
        self.name = name
        self.zone = zone
        self.starts = starts
        self.sites = sites
        self.baselines = baselines
        self.stages = stages
    }

    /// The IANA zone that a site's windows open in.
    package func zone(ofSite site: String) -> String {
        sites.first { $0.name == site }?.zone ?? zone
    }

    /// The baseline that judges a node of the patch group; nil when none does.
    package func baseline(ofPatchGroup group: String, on system: OperatingSystem) -> Baseline? {
        baselines.serving(group, on: system)
    }

    /// Whether it only runs documents, and neither scans nor installs.
    package var runsAlone: Bool {
        !stages.isEmpty && stages.allSatisfy { if case .run = $0.work { true } else { false } }
    }

    /// Whether it installs anything, for which a plan is frozen.
    package var installs: Bool {
        stages.contains { if case .install = $0.work { true } else { false } }
    }

    package func stage(named name: String) -> Stage? {
        stages.first { $0.name == name }
    }

    /// What makes the order of its stages impossible; nil when nothing does.
    package var flaw: String? {
        guard Set(stages.map(\.name)).count == stages.count else { return "two of its stages have one name" }
        if let flaw = stages.lazy.flatMap(\.documents).compactMap(\.flaw).first { return "of a document, \(flaw)" }
        if runsAlone { return nil }
        guard case .scan = stages.first?.work else { return "its first stage is not a scan" }
        guard stages.last?.work == .report else { return "its last stage is not the report" }
        for stage in stages.dropFirst().dropLast() {
            switch stage.work {
            case .install, .run: continue
            case .scan, .report: return "\(stage.name), between scan and report, is neither an install nor a run"
            }
        }
        return nil
    }
}

/// A region or data centre and its time zone.
package struct Site: Codable, Equatable, Sendable {
    package var name: String
    /// An IANA name.
    package var zone: String

    package init(name: String, zone: String) {
        self.name = name
        self.zone = zone
    }
}
