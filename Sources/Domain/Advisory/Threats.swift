/// What is known of the exploitation of vulnerabilities: CISA's catalogue and FIRST's estimates.
package struct Threats: Sendable {
    package var knownExploited: [CVE: KnownExploited]
    package var probabilities: [CVE: ExploitProbability]

    package init(knownExploited: [KnownExploited] = [], probabilities: [ExploitProbability] = []) {
        self.knownExploited = Dictionary(knownExploited.map { ($0.cve, $0) }) { _, last in last }
        self.probabilities = Dictionary(probabilities.map { ($0.cve, $0) }) { _, last in last }
    }

    package mutating func add(_ other: Self) {
        knownExploited.merge(other.knownExploited) { _, last in last }
        probabilities.merge(other.probabilities) { _, last in last }
    }

    func areExploited(_ cves: [CVE]) -> Bool { cves.contains { knownExploited[$0] != nil } }

    /// The greatest of those that are rated.
    func probability(of cves: [CVE]) -> Double? { cves.compactMap { probabilities[$0]?.probability }.max() }
}
