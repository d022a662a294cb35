extension Policy: Codable {
    private enum Key: String, CodingKey {
        case sites, groups, baselines, defaults, windows, freezes, calendars, sla, waivers, rebootSlots, destinations
    }

    /// What stands in logs from before there were deadlines, reboot slots and destinations has none.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(
            sites: try fields.decode([PolicySite].self, forKey: .sites),
            groups: try fields.decode([String].self, forKey: .groups),
            baselines: try fields.decode([Baseline].self, forKey: .baselines),
            defaults: try fields.decode([String].self, forKey: .defaults),
            windows: try fields.decode([PolicyWindow].self, forKey: .windows),
            freezes: try fields.decode([PolicyFreeze].self, forKey: .freezes),
            calendars: try fields.decode([PolicyCalendar].self, forKey: .calendars),
            sla: try fields.decodeIfPresent(SLAPolicy.self, forKey: .sla),
            waivers: try fields.decodeIfPresent([Waiver].self, forKey: .waivers) ?? [],
            rebootSlots: try fields.decodeIfPresent([RebootSlotGroup].self, forKey: .rebootSlots) ?? [],
            destinations: try fields.decodeIfPresent([Destination].self, forKey: .destinations) ?? []
        )
    }

    /// What has no deadlines, waivers, reboot slots and destinations is written as before there were any, and so keeps its digest.
    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(sites, forKey: .sites)
        try fields.encode(groups, forKey: .groups)
        try fields.encode(baselines, forKey: .baselines)
        try fields.encode(defaults, forKey: .defaults)
        try fields.encode(windows, forKey: .windows)
        try fields.encode(freezes, forKey: .freezes)
        try fields.encode(calendars, forKey: .calendars)
        try fields.encodeIfPresent(sla, forKey: .sla)
        if !waivers.isEmpty { try fields.encode(waivers, forKey: .waivers) }
        if !rebootSlots.isEmpty { try fields.encode(rebootSlots, forKey: .rebootSlots) }
        if !destinations.isEmpty { try fields.encode(destinations, forKey: .destinations) }
    }
}
