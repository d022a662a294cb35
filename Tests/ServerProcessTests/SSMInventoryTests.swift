import ControlPlaneTestSupport
import Domain
import FoundationEssentials
import Postgres
import ReadModels
import Testing

/// AWS's own tools report what nodes' own scans do not tell.
@Suite("Inventory and compliance that others report", AWSTools.areInstalled, .timeLimit(.minutes(10)))
struct SSMInventoryTests {
    @Test(
        "boto3 puts inventory and compliance of types of its own, within limits, reads them beside what scans tell, and they go with the node"
    )
    func reports() async throws {
        try await withControlPlane { controlPlane in
            var nodes = try await AWSTools.scannedFleet(of: controlPlane)
            let activation = try await controlPlane.activation(site: "Frankfurt", patchGroup: "Debian12-new")
            let fresh = FakeHost(name: "Frankfurt-new")
            nodes[fresh.name] = try await FakeAgent.enrolled(in: controlPlane, with: activation, host: fresh).node
            let key = try await AWSTools.accessKey(controlPlane, .operator)
            let limited = try await AWSTools.accessKey(controlPlane, .operator, AccessScope(rings: ["main"]))
            let reader = try await AWSTools.accessKey(controlPlane)
            let variables = [
                "NODES": String(decoding: try JSONEncoder().encode(nodes), as: UTF8.self), "READER_ID": reader.id,
                "READER_SECRET": reader.secret, "LIMITED_ID": limited.id, "LIMITED_SECRET": limited.secret,
            ]
            try await AWSTools.check("inventory.py", at: controlPlane, as: key, variables)

            let gone = try #require(nodes["Frankfurt-early"])
            for table in ["custom_inventory", "custom_compliance"] {
                let rows = try await controlPlane.client.query(.unprepared("SELECT DISTINCT node FROM \(table)"))
                let kept = try rows.column(0, as: String.self)
                #expect(!kept.isEmpty && !kept.contains(gone), "\(table)")
            }
        }
    }
}
