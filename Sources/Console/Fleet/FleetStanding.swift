import ReadModels

/// How many nodes are of which compliance; UNKNOWN comes first, as everywhere.
struct FleetStanding: Equatable, Sendable {
    private(set) var unknown = 0
    private(set) var nonCompliant = 0
    private(set) var compliant = 0

    init(_ counts: some Sequence<FleetCount>) {
        for count in counts {
            switch count.compliance {
            case "COMPLIANT": compliant += count.nodes
            case "NON_COMPLIANT": nonCompliant += count.nodes
            default: unknown += count.nodes
            }
        }
    }

    var total: Int { unknown + nonCompliant + compliant }

    func bar(_ title: String) -> StackedBar {
        StackedBar(
            title: title,
            parts: [
                .init(tone: "warn", name: "UNKNOWN", count: unknown),
                .init(tone: "bad", name: "NON_COMPLIANT", count: nonCompliant),
                .init(tone: "good", name: "COMPLIANT", count: compliant),
            ],
            whole: total
        )
    }

    var sentence: String {
        guard let percent = Figures.percent(compliant, of: total) else { return "No node is enrolled yet." }
        return "\(percent) of \(Figures.count(total, "node")) proved COMPLIANT."
    }
}
