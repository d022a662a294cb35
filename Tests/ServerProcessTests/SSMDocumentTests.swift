import AgentProtocol
import ControlPlaneTestSupport
import Domain
import Testing

/// AWS's own tools against the door of a control plane in this process, whose hosts the test plays.
@Suite("Documents as AWS's tools make them", AWSTools.areInstalled, .timeLimit(.minutes(10)))
struct SSMDocumentTests {
    @Test("boto3 makes, changes and deletes documents, and what cannot be is refused in SSM's codes")
    func keeping() async throws {
        try await FleetDoor.serving { _, _, variables in
            try await AWSTools.check("documents.py", variables)
        }
    }

    @Test("Commands, hooks and associations run the version that they name, as it was when they were sent")
    func running() async throws {
        try await FleetDoor.serving { controlPlane, fleet, variables in
            try await FleetDoor.working(fleet, controlPlane) {
                try await AWSTools.check("document-runs.py", variables)
            }
            let orders = await fleet.ring("main").first?.orders ?? []
            let hooked = orders.compactMap { order in order.hooks }
            #expect(hooked.contains { $0.beforeInstall?.name == "greet-hosts" && $0.onExit?.name == "smoke-test" })
        }
    }
}
