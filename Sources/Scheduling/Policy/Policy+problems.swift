package import Domain

extension Policy {
    /// What keeps it from being applied, in the order of its sections; empty for one that may be.
    package var problems: [PolicyProblem] {
        var audit = PolicyAudit(policy: self)
        audit.sites()
        audit.groups()
        audit.baselines()
        audit.defaults()
        audit.windows()
        audit.freezes()
        audit.waivers()
        audit.rebootSlots()
        audit.destinations()
        return audit.problems
    }
}

/// Goes through a policy's sections.
private struct PolicyAudit {
    private static let mostOffsetDays = 6
    /// As in the files of a policy.
    private static let durations = 60...86_400

    let policy: Policy
    private(set) var problems: [PolicyProblem] = []

    init(policy: Policy) { self.policy = policy }

    mutating func sites() {
        unique(.sites, policy.sites.map(\.name))
        for (index, site) in policy.sites.enumerated() {
            name(site.name, .sites, index, longest: RolloutName.maximumSite)
            check(.sites, index) { () throws(ScheduleError) in
                _ = try Zone(site.zone)
                _ = try BusinessHours(site.businessHours)
            }
        }
    }

    mutating func groups() {
        unique(.groups, policy.groups)
        for (index, group) in policy.groups.enumerated() {
            name(group, .groups, index, longest: RolloutName.maximumPatchGroup)
        }
    }

    mutating func baselines() {
        var catalogue = BaselineCatalogue()
        unique(.baselines, policy.baselines.compactMap(\.id))
        for (index, baseline) in policy.baselines.enumerated() {
            for problem in baseline.problems { add(.baselines, index, "\(problem.field): \(problem.message)") }
            do throws(BaselineConflict) { try catalogue.add(baseline) } catch { add(.baselines, index, "\(error)") }
            for group in baseline.patchGroups { known(group, .baselines, index) }
            for rejection in baseline.rejections where rejection.reason.isEmpty || rejection.owner.isEmpty {
                add(.baselines, index, "the rejection of \(rejection.entry) needs a reason and an owner")
            }
        }
    }

    mutating func defaults() {
        var served: [OperatingSystem: String] = [:]
        for (index, name) in policy.defaults.enumerated() {
            let own = policy.baselines.first { $0.name == name }
            guard let system = (own ?? Baseline.predefined.first { $0.name == name })?.system else {
                let lack = own == nil ? "there is no baseline of that name" : "it names no operating system"
                add(.defaults, index, "`\(name)` cannot be a default: \(lack)")
                continue
            }
            if let other = served.updateValue(name, forKey: system) {
                add(.defaults, index, "\(system.rawValue) has two defaults, \(other) and \(name): leave one out")
            }
        }
    }

    mutating func windows() {
        unique(.windows, policy.windows.map(\.name))
        for (index, window) in policy.windows.enumerated() {
            name(window.name, .windows, index, longest: 60)
            let rule = window.rule
            guard Self.durations.contains(rule.durationSeconds) else {
                let detail = "it is open for \(rule.durationSeconds) s: expected 60 s to a day (86400 s)"
                add(.windows, index, detail)
                continue
            }
            if !(0..<rule.durationSeconds).contains(rule.cutoffSeconds) {
                add(.windows, index, "the cutoff leaves nothing of the duration: expected one below it")
            }
            let kinds = rule.stagger ?? []
            if (rule.offsetDays ?? 0) > Self.mostOffsetDays - max(0, kinds.count - 1) {
                add(
                    .windows,
                    index,
                    "the last of its turns opens more than \(Self.mostOffsetDays) days late: take some out"
                )
            }
            if Set(kinds).count < kinds.count {
                add(.windows, index, "a kind of patch group has two turns: name each once")
            }
            let groups = Set(policy.groups.map(PatchGroup.kind(of:)))
            for kind in kinds where !groups.isEmpty && !groups.contains(kind) {
                add(.windows, index, "no patch group in `groups` begins with `\(kind)`")
            }
            check(.windows, index) { () throws(ScheduleError) in try rule.check() }
        }
    }

    mutating func freezes() {
        for (index, freeze) in policy.freezes.enumerated() {
            check(.freezes, index) { () throws(ScheduleError) in _ = try Freeze(freeze) }
            for site in freeze.sites { knownSite(site, .freezes, index) }
        }
        for (index, calendar) in policy.calendars.enumerated() {
            do throws(ScheduleError) {
                for problem in try ICalendar(calendar.text).problems {
                    add(.calendars, index, "\(calendar.source): \(problem)")
                }
            } catch {
                add(.calendars, index, "\(calendar.source): \(error)")
            }
            for site in calendar.sites { knownSite(site, .calendars, index) }
        }
    }

    mutating func waivers() {
        unique(.waivers, policy.waivers.map(\.id))
        for (index, waiver) in policy.waivers.enumerated() {
            name(waiver.id, .waivers, index, longest: 60)
            if let problem = waiver.problem { add(.waivers, index, "\(problem)") }
            switch waiver.scope {
            case .fleet, .nodes: break
            case .patchGroups(let groups):
                // Unlike those of baselines they are no patterns.
                for group in groups where !policy.groups.isEmpty && !policy.groups.contains(group) {
                    add(.waivers, index, "`groups` has no patch group `\(group)`")
                }
            case .sites(let sites): for site in sites { knownSite(site, .waivers, index) }
            }
        }
    }

    mutating func rebootSlots() {
        unique(.rebootSlots, policy.rebootSlots.map(\.name))
        let most = RebootSlotGroup.maximumCount
        if policy.rebootSlots.count > most {
            add(.rebootSlots, 0, "there are \(policy.rebootSlots.count): expected at most \(most)")
        }
        for (index, group) in policy.rebootSlots.enumerated() {
            if let problem = group.problem { add(.rebootSlots, index, problem) }
            for site in group.targets.sites { knownSite(site, .rebootSlots, index) }
            for patchGroup in group.targets.patchGroups { known(patchGroup, .rebootSlots, index) }
        }
    }

    mutating func destinations() {
        unique(.destinations, policy.destinations.map(\.name))
        let most = Destination.maximumCount
        if policy.destinations.count > most {
            add(.destinations, 0, "there are \(policy.destinations.count): expected at most \(most)")
        }
        for (index, destination) in policy.destinations.enumerated() {
            if let problem = destination.problem { add(.destinations, index, problem) }
            guard let hub = destination.securityHub else { continue }
            for site in hub.regions.keys.sorted() { knownSite(site, .destinations, index) }
            for site in policy.sites.map(\.name) where !Destination.SecurityHub.isRegion(hub.region(ofSite: site)) {
                add(.destinations, index, "site `\(site)` is called as no region of AWS: name its region in `regions`")
            }
        }
    }

    // MARK: - Steps

    private mutating func add(_ section: PolicyProblem.Section, _ index: Int, _ message: String) {
        problems.append(PolicyProblem(section, index, message))
    }

    private mutating func check(
        _ section: PolicyProblem.Section,
        _ index: Int,
        _ body: () throws(ScheduleError) -> Void
    ) {
        do throws(ScheduleError) { try body() } catch { add(section, index, "\(error)") }
    }

    private mutating func unique(_ section: PolicyProblem.Section, _ names: [String]) {
        var seen: Set<String> = []
        for (index, name) in names.enumerated() where !seen.insert(name).inserted {
            add(section, index, "`\(name)` occurs twice: expected different names")
        }
    }

    private mutating func name(_ name: String, _ section: PolicyProblem.Section, _ index: Int, longest: Int) {
        guard !PatchGroup.isPlain(name) || !(1...longest).contains(name.utf8.count) else { return }
        let allowed = "1 to \(longest) letters of a to z, digits, hyphens, dots or underscores"
        add(section, index, "found the name `\(name)`: expected \(allowed)")
    }

    /// Where groups are declared, a name or glob that none of them has is a slip.
    private mutating func known(_ group: String, _ section: PolicyProblem.Section, _ index: Int) {
        guard !policy.groups.isEmpty, !policy.groups.contains(where: { Glob(group).matches($0) }) else { return }
        add(section, index, "`groups` has no patch group `\(group)`")
    }

    private mutating func knownSite(_ site: String, _ section: PolicyProblem.Section, _ index: Int) {
        guard policy.site(named: site) == nil else { return }
        add(section, index, "`sites` has no site `\(site)`")
    }
}
