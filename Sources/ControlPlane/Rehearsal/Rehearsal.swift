package import Domain
package import ReadModels
import Scheduling
package import Time

/// A cycle worked out before it happens: when each lane opens, what fits into it and what stands against it.
///
/// Pure. Approvals are taken to come at once, hosts to answer and to succeed.
package struct Rehearsal {
    private let definition: WorkflowDefinition
    private let policy: Policy
    private let fleet: [FleetGroup]
    private let hostMinutes: Int

    /// - Parameters:
    ///   - definition: completed by the policy.
    ///   - hostMinutes: how long a host needs from its order to its last reboot.
    package init(_ definition: WorkflowDefinition, _ policy: Policy, fleet: [FleetGroup], hostMinutes: Int) {
        self.definition = definition
        self.policy = policy
        self.fleet = fleet
        self.hostMinutes = hostMinutes
    }

    /// - Throws: ``ScheduleError`` for what the policy should not have been applied with.
    package func view(from start: Timestamp) throws -> RehearsalView {
        var stages: [RehearsalView.Stage] = []
        var moment = start
        for stage in definition.stages {
            guard let rules = stage.laneRules else { continue }
            let rehearsed = try self.stage(stage, rules, at: moment)
            stages.append(rehearsed)
            // What never opens holds the cycle for ever.
            guard let end = rehearsed.ends else { break }
            moment = end + .seconds(stage.gate?.soakSeconds ?? 0)
        }
        return RehearsalView(workflow: definition.name, from: start, hostMinutes: hostMinutes, stages: stages)
    }

    // MARK: - Steps

    private func stage(_ stage: Stage, _ rules: LaneRules, at moment: Timestamp) throws -> RehearsalView.Stage {
        let groups = fleet.filter { rules.targets.matches(site: $0.site, patchGroup: $0.patchGroup) }
        let windows = LaneWindows(of: rules, definition, policy, opensNow: false)
        let lanes = try groups.map { try lane($0, rules, windows, at: moment) }
        let ends = lanes.allSatisfy { $0.ends != nil } ? lanes.compactMap(\.ends).max() ?? moment : nil
        let installs = if case .install = stage.work { true } else { false }
        return RehearsalView.Stage(
            name: stage.name,
            lanes: lanes,
            ends: ends,
            notes: (groups.isEmpty ? ["no node of the fleet is in it"] : []) + (installs ? collisions(lanes) : [])
        )
    }

    private func lane(_ group: FleetGroup, _ rules: LaneRules, _ windows: LaneWindows, at moment: Timestamp) throws
        -> RehearsalView.Lane
    {
        var lane = RehearsalView.Lane(site: group.site, patchGroup: group.patchGroup, hosts: group.nodes)
        let site = try windows.site(group.site)
        guard let occurrence = try windows.occurrence(in: site, group.patchGroup, at: moment) else {
            lane.notes.append("its window never opens outside business hours and freezes")
            return lane
        }
        let opens = max(occurrence.opens, moment)
        let local = LocalWindow(occurrence, in: site.zone)
        (lane.opens, lane.cutoff, lane.closes) = (opens, occurrence.cutoff, occurrence.closes)
        (lane.opensLocal, lane.closesLocal) = ("\(site.zone.localTime(at: opens))", "\(local.closes)")
        let wave = Duration.seconds(hostMinutes * 60)
        let atOnce = rules.rateControl.concurrency(targets: group.nodes)
        let started = Self.waves(from: opens, to: occurrence.cutoff, wave) * atOnce
        lane.hostsLeftOver = max(0, group.nodes - started)
        let waves = (min(group.nodes, started) + atOnce - 1) / atOnce
        lane.ends = min(opens + wave * waves, occurrence.closes)
        if let uncut = try windows.uncut(in: site, group.patchGroup, at: moment), uncut != occurrence {
            lane.notes += site.reasons(against: uncut).map { "not as its window has it: \($0)" }
        }
        if local.clockChangeSeconds != 0 {
            lane.notes.append("clocks are put \(local.clockChangeSeconds > 0 ? "forward" : "back") while it is open")
        }
        return lane
    }

    /// How many waves may begin.
    private static func waves(from opens: Timestamp, to cutoff: Timestamp, _ wave: Duration) -> Int {
        guard opens < cutoff else { return 0 }
        let (seconds, _) = (cutoff - opens).components
        return Int((seconds + wave.components.seconds - 1) / max(1, wave.components.seconds))
    }

    /// Kinds of hosts whose reboots fall into one night of a site.
    private func collisions(_ lanes: [RehearsalView.Lane]) -> [String] {
        var notes: [String] = []
        for (site, own) in Dictionary(grouping: lanes, by: \.site).sorted(by: { $0.key < $1.key }) {
            let nights = Dictionary(grouping: own.filter { $0.opensLocal != nil }) { $0.opensLocal?.prefix(10) ?? "" }
            for (night, lanes) in nights.sorted(by: { $0.key < $1.key }) {
                let kinds = Set(lanes.map { PatchGroup.kind(of: $0.patchGroup) }).sorted()
                guard kinds.count > 1 else { continue }
                notes.append("\(kinds.joined(separator: " and ")) reboot in one night in \(site), on \(night)")
            }
        }
        return notes
    }
}
