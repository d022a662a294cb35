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

    package init(
        sites: [PolicySite] = [],
        groups: [String] = [],
        baselines: [Baseline] = [],
        defaults: [String] = [],
        windows: [PolicyWindow] = [],
        freezes: [PolicyFreeze] = [],
        calendars: [PolicyCalendar] = [],
        sla: SLAPolicy? = nil,
        waivers: [Waiver] = []
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
    }

    package func site(named name: String) -> PolicySite? { sites.first { $0.name == name } }

    package func window(named name: String) -> PolicyWindow? { windows.first { $0.name == name } }

    /// The baselines, and behind them once more those that are their system's default, for any patch group.
    package var allBaselines: [Baseline] {
        let fallbacks = defaults.compactMap { name -> Baseline? in
            var found = baselines.first { $0.name == name } ?? Baseline.predefined.first { $0.name == name }
            found?.patchGroups = ["*"]
            return found
        }
        return baselines + fallbacks
    }
}

/// A region or data centre: its clocks, and when it is at business.
package struct PolicySite: Codable, Equatable, Sendable {
    package var name: String
    /// An IANA name.
    package var zone: String
    package var businessHours: [BusinessSpan]

    package init(name: String, zone: String, businessHours: [BusinessSpan] = []) {
        self.name = name
        self.zone = zone
        self.businessHours = businessHours
    }

    /// Hours of one day of the week by the site's clocks; they reach into the next day when the second time is not later.
    package struct BusinessSpan: Codable, Equatable, Sendable {
        /// `SUN` to `SAT`.
        package var day: String
        /// As in `09:00`.
        package var from: String
        package var until: String

        package init(day: String, from: String, until: String) {
            self.day = day
            self.from = from
            self.until = until
        }
    }
}

/// A maintenance window that workflows name.
package struct PolicyWindow: Codable, Equatable, Sendable {
    package var name: String
    package var rule: WindowRule

    package init(name: String, rule: WindowRule) {
        self.name = name
        self.rule = rule
    }
}

/// A time in which nothing may start.
package struct PolicyFreeze: Codable, Equatable, Sendable {
    package var name: String
    /// Why, for people.
    package var reason: String
    /// A date or a time by the clock, such as `2026-12-20` or `2026-12-20T18:00`.
    package var from: String
    /// When work may start again.
    package var until: String
    /// An IANA name; nil for the clocks of each site.
    package var zone: String?
    /// Where it holds; empty for everywhere.
    package var sites: [String]

    package init(
        name: String,
        reason: String,
        from: String,
        until: String,
        zone: String? = nil,
        sites: [String] = []
    ) {
        self.name = name
        self.reason = reason
        self.from = from
        self.until = until
        self.zone = zone
        self.sites = sites
    }
}

/// Freezes from an iCalendar text.
package struct PolicyCalendar: Codable, Equatable, Sendable {
    /// Where it was read: a file's name or an address.
    package var source: String
    package var text: String
    /// Where its freezes hold; empty for everywhere.
    package var sites: [String]

    package init(source: String, text: String, sites: [String] = []) {
        self.source = source
        self.text = text
        self.sites = sites
    }
}
