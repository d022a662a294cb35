package import Domain

extension Site {
    /// The site as a policy has it; of one that the policy does not name, the freezes that hold everywhere.
    ///
    /// - Parameter zone: the IANA name of the zone of a site that the policy does not name.
    /// - Throws: for what the policy should not have been applied with.
    package init(_ name: String, of policy: Policy, zone: String) throws(ScheduleError) {
        let own = policy.site(named: name)
        var freezes: [Freeze] = []
        for freeze in policy.freezes where freeze.sites.isEmpty || freeze.sites.contains(name) {
            freezes.append(try Freeze(freeze))
        }
        for calendar in policy.calendars where calendar.sites.isEmpty || calendar.sites.contains(name) {
            freezes += try ICalendar(calendar.text).freezes
        }
        self.init(
            name: name,
            zone: try Zone(own?.zone ?? zone),
            businessHours: try BusinessHours(own?.businessHours ?? []),
            freezes: freezes
        )
    }
}

extension BusinessHours {
    package init(_ spans: [PolicySite.BusinessSpan]) throws(ScheduleError) {
        var own: [Span] = []
        for span in spans { own.append(try Span(span)) }
        try self.init(own)
    }
}

extension BusinessHours.Span {
    fileprivate init(_ span: PolicySite.BusinessSpan) throws(ScheduleError) {
        guard let weekday = Weekday(name: span.day) else {
            throw ScheduleError("unknown day `\(span.day)`: expected one of \(Weekday.names.joined(separator: ", "))")
        }
        guard let from = TimeOfDay(span.from), let until = TimeOfDay(span.until) else {
            throw ScheduleError("business hours from `\(span.from)` to `\(span.until)`: expected times such as 09:00")
        }
        self.init(weekday, from: from, until: until)
    }
}

extension Weekday {
    /// As policies write them, in their order.
    package static let names = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]

    package init?(name: String) {
        guard let index = Self.names.firstIndex(of: name) else { return nil }
        self = Self.allCases[index]
    }
}

extension Freeze {
    package init(_ freeze: PolicyFreeze) throws(ScheduleError) {
        guard let from = WallTime(freeze.from), let until = WallTime(freeze.until) else {
            throw ScheduleError(
                "the freeze `\(freeze.name)` from `\(freeze.from)` to `\(freeze.until)`: expected dates or times such as "
                    + "2026-12-20 or 2026-12-20T18:00"
            )
        }
        var zone: Zone?
        if let name = freeze.zone { zone = try Zone(name) }
        try self.init(name: freeze.name, reason: freeze.reason, from: from, until: until, zone: zone)
    }
}
