import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Foundation
import Postgres
import ReadModels
import Testing

/// What a thief of a backup has.
@Suite("Secrets and the database", .timeLimit(.minutes(10)))
struct DatabaseSecretsTests {
    @Test("Who reads every row finds neither an activation's code nor the key that signs orders")
    func everyRow() async throws {
        try await TestDeployment.with { deployment in
            try await deployment.serve { controlPlane in
                let activation = try await controlPlane.activation()
                let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
                let enrolled = try await controlPlane.services.agents.enrol(HostKey().enrolment(activation))
                _ = try await controlPlane.startCycle()
                try await Fleet.carryOut(fleet.agents, of: controlPlane)
                try await controlPlane.settle()

                let client = controlPlane.client
                #expect(try await !tables(holding: enrolled.node, client).isEmpty, "it is looked for where things are")
                #expect(try await !tables(holding: activation.activation, client).isEmpty)
                let key = try #require(Data(base64Encoded: deployment.orderKey.base64))
                let secrets = [
                    activation.code, deployment.orderKey.base64, key.map { String(format: "%02x", $0) }.joined(),
                ]
                for secret in secrets { #expect(try await tables(holding: secret, client) == []) }
            }
        }
    }

    /// The tables with a row that has the text anywhere, also in bytes.
    private func tables(holding text: String, _ client: PostgresClient) async throws -> [String] {
        let names = try await client.query(
            .unprepared("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
        )
        .column(0, as: String.self)
        try #require(names.contains("commit") && names.contains("order"))
        var holders: [String] = []
        for name in names {
            let search = """
                SELECT count(*) FROM "\(name)" AS t
                WHERE strpos(t::text, $1) > 0 OR strpos(t::text, encode(convert_to($1, 'UTF8'), 'hex')) > 0
                """
            let count = try await client.query(.unprepared(search, [.text(text)])).one().get(0, as: Int.self)
            if count > 0 { holders.append(name) }
        }
        return holders
    }
}
