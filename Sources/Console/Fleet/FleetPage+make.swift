import ReadModels
import Time

extension FleetPage {
    /// - Parameters:
    ///   - fleet: of all nodes, for what can be chosen.
    ///   - counts: of the nodes that the filter is for.
    ///   - nodes: a page of them.
    init(
        _ filter: FleetFilter,
        fleet: FleetTally,
        counts: [FleetCount],
        nodes: [NodeView],
        for visit: Visit
    ) {
        frame = Frame("Fleet", at: .fleet, of: visit)
        text = filter.text ?? ""
        sites = Self.choices(fleet.counts.map(\.site), chosen: filter.site)
        patchGroups = Self.choices(fleet.counts.map(\.patchGroup), chosen: filter.patchGroup)
        platforms = Self.choices(fleet.counts.map(\.platform), chosen: filter.platform)
        compliances = ["UNKNOWN", "NON_COMPLIANT", "COMPLIANT"].map {
            Choice(value: $0, title: $0, isChosen: $0 == filter.compliance)
        }
        concerns = FleetFilter.Concern.allCases.map {
            Choice(value: $0.rawValue, title: $0.title, isChosen: $0 == filter.concern)
        }
        views = Self.views(filter)
        let standing = FleetStanding(counts)
        bar = standing.bar("Compliance of what is shown").svg
        sentence = standing.sentence
        counted = fleet.asOf
        groups = Self.groups(counts, filter)
        hasGroups = groups.count > 1
        self.nodes = nodes.map { NodeLine($0, at: visit.now) }
        hasNodes = !nodes.isEmpty
        shown = Figures.count(standing.total, "node")
        csvAddress = filter.address("fleet.csv").text
        next = nodes.count == Self.count ? filter.address("fleet").with("after", nodes.last?.id).text : nil
    }

    // MARK: - Steps

    static func choices(_ values: [String], chosen: String?) -> [Choice] {
        Set(values + (chosen.map { [$0] } ?? [])).sorted().map {
            Choice(value: $0, title: $0, isChosen: $0 == chosen)
        }
    }

    private static func views(_ filter: FleetFilter) -> [SavedView] {
        let saved: [(String, FleetFilter)] = [
            ("All", FleetFilter()), ("UNKNOWN", FleetFilter(compliance: "UNKNOWN")),
            ("NON_COMPLIANT", FleetFilter(compliance: "NON_COMPLIANT")),
            ("Lack a critical patch", FleetFilter(concern: .lacksCritical)),
            ("Wait for a reboot", FleetFilter(concern: .waitsForReboot)),
            ("Without a fresh scan", FleetFilter(concern: .staleScan)),
            ("Not heard for a day", FleetFilter(concern: .silent)),
        ]
        return saved.map { title, view in
            SavedView(title: title, address: view.address("fleet").text, isCurrent: view == filter)
        }
    }

    /// By patch group within a site, by site otherwise.
    private static func groups(_ counts: [FleetCount], _ filter: FleetFilter) -> [Group] {
        let isSite = filter.site == nil
        return Dictionary(grouping: counts) { isSite ? $0.site : $0.patchGroup }
            .sorted { $0.key < $1.key }
            .prefix(mostGroups)
            .map { name, counts in
                var narrower = filter
                if isSite { narrower.site = name } else { narrower.patchGroup = name }
                let standing = FleetStanding(counts)
                return Group(
                    name: name,
                    address: narrower.address("fleet").text,
                    nodes: Figures.grouped(standing.total),
                    compliant: Figures.percent(standing.compliant, of: standing.total) ?? "",
                    bar: standing.bar(name).svg
                )
            }
    }
}

extension FleetFilter {
    /// What the address asks for; a concern that there is not asks for nothing.
    init(_ visit: Visit) {
        self.init(
            text: visit["q"],
            site: visit["site"],
            patchGroup: visit["group"],
            platform: visit["platform"],
            compliance: visit["compliance"],
            concern: visit["concern"].flatMap(Concern.init(rawValue:))
        )
    }

    /// The address of a page with this filter.
    func address(_ page: String) -> WebAddress {
        WebAddress(page).with("q", text).with("site", site).with("group", patchGroup).with("platform", platform)
            .with("compliance", compliance).with("concern", concern?.rawValue)
    }
}
