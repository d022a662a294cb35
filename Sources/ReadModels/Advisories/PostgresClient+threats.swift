import Domain
import PatchStreams
import Postgres

extension PostgresClient {
    /// What is known of the exploitation of the vulnerabilities.
    func threats(of cves: Set<CVE>) async throws -> Threats {
        guard !cves.isEmpty else { return Threats() }
        let names = Parameter.texts(cves.map(\.description).sorted())
        let rows = try await batch([selectKnownExploited(names), selectProbabilities(names)])
        return Threats(
            knownExploited: try rows[0].map { try DomainJSON.decode(KnownExploited.self, from: try $0.get(0)) },
            probabilities: try rows[1].map { try DomainJSON.decode(ExploitProbability.self, from: try $0.get(0)) }
        )
    }
}

private let selectKnownExploited = SQL(
    "known_exploited_select",
    "SELECT body FROM known_exploited WHERE cve = ANY ($1) ORDER BY cve"
)

private let selectProbabilities = SQL(
    "exploit_probability_select",
    "SELECT body FROM exploit_probability WHERE cve = ANY ($1) ORDER BY cve"
)
