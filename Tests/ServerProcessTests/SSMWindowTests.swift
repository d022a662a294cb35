import AgentProtocol
import ControlPlaneTestSupport
import Domain
import ReadModels
import Testing

/// AWS's own tools against the door of a control plane in this process, whose hosts the test plays.
@Suite("Maintenance windows as AWS's tools see them", AWSTools.areInstalled, .timeLimit(.minutes(10)))
struct SSMWindowTests {
    @Test(
        "boto3 keeps windows, targets, tasks and tags, as Terraform asks for them, and all is read back as it was given"
    )
    func configuration() async throws {
        try await FleetDoor.serving { _, _, variables in
            try await AWSTools.check("windows.py", variables)
        }
    }

    @Test(
        "A window opens, patches its targets one after the other by AWS-RunPatchBaseline, and its execution tells of it"
    )
    func execution() async throws {
        try await FleetDoor.serving { controlPlane, fleet, variables in
            try await FleetDoor.working(fleet, controlPlane) {
                try await AWSTools.check("window-executions.py", variables)
            }
            // The bystander was no target.
            #expect(await fleet.ring("late").first?.orders.isEmpty == true)
            let orders = await fleet.ring("main").first?.orders ?? []
            let installs = orders.filter { order in
                guard case .install(_, _, _, _) = order.work else { return false }
                return true
            }
            let stories = try await controlPlane.questions.cycles().map { "\($0)" }.joined(separator: "\n")
            #expect(installs.count == 1, "\(stories)")
        }
    }
}
