import Advisories
import AgentProtocol
package import Client
package import Domain
import ReadModels

/// The advisories that a policy's cases name, with all that baselines judge them by.
package struct CaseAdvisories: Sendable {
    /// More than all cases of a policy could mean: it bounds the memory.
    private static let mostAdvisories = 20_000

    private let names: Set<String>
    /// Those of the names that are CVEs, in whatever case.
    private let cves: Set<CVE>

    /// - Parameter names: ids and CVEs, as the cases have them.
    package init(_ names: Set<String>) {
        self.names = names
        cves = Set(names.compactMap { CVE($0) })
    }

    /// Reads them from feeds, which are files or folders.
    ///
    /// What nothing is known of is left out. The feeds are read twice, so that no more of them is kept than is needed: what rates the advisories may stand before them.
    ///
    /// - Throws: ``FeedError`` for a feed that is no use.
    package func read(from feeds: [String]) async throws -> [NotedAdvisory] {
        var advisories: [Advisory] = []
        try await forEachItem(of: feeds) { item in
            guard case .advisory(let advisory) = item, isMeant(advisory) else { return }
            guard advisories.count < Self.mostAdvisories else { throw Self.tooMany }
            advisories.append(advisory)
        }
        let cves = Set(advisories.flatMap(\.cves))
        var (records, exploited, probabilities) = ([Advisory](), [KnownExploited](), [ExploitProbability]())
        try await forEachItem(of: feeds) { item in
            switch item {
            case .advisory(let advisory):
                if !cves.isDisjoint(with: advisory.cves), let record = advisory.ratingRecord { records.append(record) }
            case .knownExploited(let entry): if cves.contains(entry.cve) { exploited.append(entry) }
            case .exploitProbability(let entry): if cves.contains(entry.cve) { probabilities.append(entry) }
            case .malformed: return
            }
        }
        let ratings = SeverityRatings(records)
        let threats = Threats(knownExploited: exploited, probabilities: probabilities)
        return advisories.map { advisory in
            NotedAdvisory(advisory, threats) { ratings.severity(of: $0, by: advisory.source) }
        }
    }

    /// Asks the control plane for them, as they were imported; what nothing is known of is left out.
    package func ask(_ client: ControlPlaneClient) async throws -> [NotedAdvisory] {
        var advisories: [NotedAdvisory] = []
        for name in names.sorted() {
            for (id, source) in try await ids(of: name, client) {
                guard advisories.count < Self.mostAdvisories else { throw Self.tooMany }
                if let view = try await view(of: id, source, client) { advisories.append(NotedAdvisory(view)) }
            }
        }
        return advisories
    }

    // MARK: - Steps

    private static var tooMany: CommandFailure {
        CommandFailure("the cases mean more than \(mostAdvisories) advisories: name fewer", exitCode: .invalidFile)
    }

    private func isMeant(_ advisory: Advisory) -> Bool {
        names.contains(advisory.id) || !cves.isDisjoint(with: advisory.cves)
    }

    private func forEachItem(of feeds: [String], _ body: (FeedItem) throws -> Void) async throws {
        for feed in feeds {
            _ = try await AdvisoryFeed(path: feed).readBatches { batch in for item in batch { try body(item) } }
        }
    }

    private func view(of id: String, _ source: String?, _ client: ControlPlaneClient) async throws -> AdvisoryView? {
        do {
            return try await client.advisory(id, source: source, version: nil)
        } catch let problem as Problem where problem.code == "advisory-not-found" {
            return nil
        }
    }

    private func ids(of name: String, _ client: ControlPlaneClient) async throws -> [(id: String, source: String?)] {
        guard let cve = CVE(name) else { return [(name, nil)] }
        let found = try await client.advisories(
            source: nil,
            cve: cve.description,
            package: nil,
            since: nil,
            limit: Listing<AdvisorySummary>.maximumCount
        )
        return found.map { ($0.id, $0.source) }
    }
}

extension Advisory {
    /// What of it rates its CVEs; nil when it does not.
    fileprivate var ratingRecord: Advisory? {
        guard !severityWord.isEmpty, !isWithdrawn else { return nil }
        return Advisory(
            id: id,
            source: source,
            title: "",
            classification: classification,
            severityWord: severityWord,
            cves: cves
        )
    }
}

extension NotedAdvisory {
    fileprivate init(_ view: AdvisoryView) {
        let threats = Threats(knownExploited: view.knownExploited, probabilities: view.exploitProbabilities)
        self.init(view.advisory, threats) { _ in AdvisorySeverity(rawValue: view.severity) }
    }
}
