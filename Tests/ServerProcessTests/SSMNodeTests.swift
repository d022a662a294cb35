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
            var nodes = try await AWSTools.scannedFleet(of: controlPlane)
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
}
