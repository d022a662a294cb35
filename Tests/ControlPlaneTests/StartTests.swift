import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import DurableStreams
import PatchStreams
import ReadModels
import Testing

@Suite("Starting cycles", .serialized, .timeLimit(.minutes(10)))
struct StartTests {
    @Test("The same idempotency key is one cycle")
    func repeated() async throws {
        try await withControlPlane { controlPlane in
            let first = try await controlPlane.startCycle(key: "november")
            #expect(try await controlPlane.startCycle(key: "november") == first)
            let other = try await controlPlane.startCycle(key: "december")
            #expect(other != first)
            #expect(try await controlPlane.questions.cycles().map(\.id).sorted() == [first, other].sorted())
        }
    }

    @Test("A workflow that the server does not have is named, with those that it has")
    func unknown() async throws {
        try await withControlPlane { controlPlane in
            let unknown = try await problem { _ = try await controlPlane.startCycle("yearly") }
            #expect(unknown.status == 404)
            #expect(unknown.code == "workflow-not-found")
            #expect(
                unknown.detail.contains(
                    "there is no workflow yearly; this server has debian12-rings, monthly-patch-cycle"
                )
            )
        }
    }

    @Test("A cycle without any node to scan fails and says why")
    func empty() async throws {
        try await withControlPlane { controlPlane in
            let id = try await controlPlane.startCycle()
            let view = try await controlPlane.cycle(id, "failed") { $0.state == "failed" }
            #expect(view.reason == "there is nothing to plan from: 0 nodes are without a scan, 0 without a baseline")
            #expect(view.stages.map(\.state) == ["failed", "skipped", "skipped", "skipped", "skipped"])
        }
    }

    @Test("A cycle keeps the definition that it started with, by the digest of the file's bytes")
    func pinned() async throws {
        let text = Workflow.oneByOne()
        try await withControlPlane(workflow: text) { controlPlane in
            let id = try await controlPlane.startCycle("one-by-one")
            #expect(try await controlPlane.cycle(id).definitionDigest == ContentStore.digest(of: text))
        }
    }
}
