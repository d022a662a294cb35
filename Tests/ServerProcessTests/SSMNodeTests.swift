import ControlPlane
import ControlPlaneTestSupport
import Domain
import FoundationEssentials
import ReadModels
import Testing

/// AWS's own tools against the door of a control plane in this process, whose hosts the test plays.
@Suite("Nodes as AWS's tools see them", AWSTools.areInstalled, .timeLimit(.minutes(10)))
struct SSMNodeTests {
    @Test("boto3 reads nodes, the states of their patches and their compliance, each of its region and its scope")
    func reads() async throws {
        try await withControlPlane { controlPlane in
            // Whatever the time is, hosts may be ordered.
            try await controlPlane.applyPolicy { policy in
                for index in policy.sites.indices { policy.sites[index].businessHours = [] }
                policy.freezes = []
            }
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt", "us-east-1"])
            try await fleet.scan(try await controlPlane.startCycle(), of: controlPlane)
            var nodes = try await names(controlPlane)
            // They come after the scan, so that nothing is known of them.
            let activation = try await controlPlane.activation(site: "Frankfurt", patchGroup: "Debian12-new", uses: 4)
            for name in ["Frankfurt-new", "Frankfurt-newer", "Frankfurt-newest", "Frankfurt-young"] {
                let host = FakeHost(name: name)
                nodes[name] = try await FakeAgent.enrolled(in: controlPlane, with: activation, host: host).node
            }
            let list = String(decoding: try JSONEncoder().encode(nodes), as: UTF8.self)
            let key = try await AWSTools.accessKey(controlPlane)
            let limited = try await AWSTools.accessKey(controlPlane, .viewer, AccessScope(rings: ["main"]))
            let variables = ["NODES": list, "LIMITED_ID": limited.id, "LIMITED_SECRET": limited.secret]
            try await AWSTools.check("nodes.py", at: controlPlane, as: key, variables)
        }
    }

    private func names(_ controlPlane: TestControlPlane) async throws -> [String: String] {
        let nodes = try await controlPlane.questions.nodes()
        return Dictionary(nodes.map { ($0.name, $0.id) }) { first, _ in first }
    }
}
