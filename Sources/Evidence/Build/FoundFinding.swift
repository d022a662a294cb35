import Domain
import Time

/// A finding of one node from the first scan that had it to the first that had it no more.
struct FoundFinding {
    var finding: Finding
    var foundAt: Timestamp
    /// nil for one that was open at the end.
    var closedAt: Timestamp?

    /// Those of a node that were open in the period, by advisory and package.
    static func all(_ sightings: [NodeTrail.Sighting], _ judgements: Judgements, in span: Range<Timestamp>) -> [Self] {
        var open: [Name: Self] = [:]
        var closed: [Self] = []
        for sighting in sightings {
            guard let place = sighting.inventory, let places = judgements.judged[place].findings else { continue }
            let found = Dictionary(
                places.map { (Name(judgements.findings[$0]), judgements.findings[$0]) },
                uniquingKeysWith: { first, _ in first }
            )
            for (name, var known) in open where found[name] == nil {
                known.closedAt = sighting.at
                closed.append(known)
                open[name] = nil
            }
            for (name, finding) in found {
                open[name] = Self(finding: finding, foundAt: open[name]?.foundAt ?? sighting.at)
            }
        }
        let inSpan = closed.filter { $0.closedAt.map { $0 >= span.lowerBound } ?? true } + Array(open.values)
        return inSpan.sorted { $0.order.lexicographicallyPrecedes($1.order) }
    }

    private var order: [String] {
        [
            finding.advisory.id, finding.advisory.source.rawValue, finding.package.name, finding.package.architecture,
            "\(foundAt)",
        ]
    }

    /// A finding stays the same while its package goes from one version that lacks the fix to another.
    private struct Name: Hashable {
        var source: AdvisorySource
        var advisory: String
        var package: String
        var architecture: String

        init(_ finding: Finding) {
            (source, advisory) = (finding.advisory.source, finding.advisory.id)
            (package, architecture) = (finding.package.name, finding.package.architecture)
        }
    }
}
