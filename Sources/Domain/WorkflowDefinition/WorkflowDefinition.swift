/// How a cycle runs: data, pinned by digest in the cycle's first event.
package struct WorkflowDefinition: Codable, Equatable, Sendable {
    package var name: String
    /// The IANA zone of sites that the definition does not name.
    package var zone: String
    /// When cycles start by themselves; nil when only people start them.
    package var starts: ScheduleRule?
    package var sites: [Site]
    /// The first one of its system whose patch groups match is a node's baseline.
    package var baselines: [Baseline]
    /// `scan` first, then one or more installs, `report` last.
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

    package func stage(named name: String) -> Stage? {
        stages.first { $0.name == name }
    }

    /// What makes the order of its stages impossible; nil when nothing does.
    package var flaw: String? {
        guard case .scan = stages.first?.work else { return "its first stage is not a scan" }
        guard stages.last?.work == .report else { return "its last stage is not the report" }
        guard stages.count > 2 else { return "it has no install stage" }
        for stage in stages.dropFirst().dropLast() {
            guard case .install = stage.work else { return "\(stage.name), between scan and report, is not an install" }
        }
        guard Set(stages.map(\.name)).count == stages.count else { return "two of its stages have one name" }
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
