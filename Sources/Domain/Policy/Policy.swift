/// What a patch team has decided: applied as a whole, known by its digest.
package struct Policy: Equatable, Sendable {
    package var sites: [PolicySite]
    /// The patch groups that there are; empty when any will do.
    package var groups: [String]
    package var baselines: [Baseline]
    /// Names of the baselines, own or SSM's predefined ones, that are their operating system's default.
    package var defaults: [String]
    package var windows: [PolicyWindow]
    package var freezes: [PolicyFreeze]
    package var calendars: [PolicyCalendar]
    /// Within how long findings must be closed; nil for ``SLAPolicy/standard``.
    package var sla: SLAPolicy?
    package var waivers: [Waiver]
    /// A host belongs to the first that matches it.
    package var rebootSlots: [RebootSlotGroup]
    /// Where others are told of what happens.
    package var destinations: [Destination]

    package init(
        sites: [PolicySite] = [],
        groups: [String] = [],
        baselines: [Baseline] = [],
        defaults: [String] = [],
        windows: [PolicyWindow] = [],
        freezes: [PolicyFreeze] = [],
        calendars: [PolicyCalendar] = [],
        sla: SLAPolicy? = nil,
        waivers: [Waiver] = [],
        rebootSlots: [RebootSlotGroup] = [],
        destinations: [Destination] = []
    ) {
        self.sites = sites
        self.groups = groups
        self.baselines = baselines
        self.defaults = defaults
        self.windows = windows
        self.freezes = freezes
        self.calendars = calendars
        self.sla = sla
        self.waivers = waivers
        self.rebootSlots = rebootSlots
        self.destinations = destinations
    }

    package func site(named name: String) -> PolicySite? { sites.first { $0.name == name } }

    package func window(named name: String) -> PolicyWindow? { windows.first { $0.name == name } }

    /// Whose slots the host needs to reboot; nil when nobody's.
    package func rebootSlots(site: String, patchGroup: String, host: String) -> RebootSlotGroup? {
        rebootSlots.first { $0.matches(site: site, patchGroup: patchGroup, host: host) }
    }

    /// The baselines, and behind them once more those that are their system's default, for any patch group.
    package var allBaselines: [Baseline] {
        let fallbacks = defaults.compactMap { name -> Baseline? in
            var found = baselines.first { $0.name == name } ?? Baseline.predefined.first { $0.name == name }
            found?.patchGroups = ["*"]
            return found
        }
        return baselines + fallbacks
    }

    /// ``allBaselines``, and behind them SSM's predefined defaults for any patch group: in SSM every system has a default.
    package var allBaselinesAsSSM: [Baseline] {
        allBaselines
            + OperatingSystem.allCases.map { system in
                var baseline = Baseline.predefined(for: system)
                baseline.patchGroups = ["*"]
                return baseline
            }
    }
}
