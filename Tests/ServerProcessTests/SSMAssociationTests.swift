import AgentProtocol
import ControlPlaneTestSupport
import Testing

/// AWS's own tools against the door of a control plane in this process, whose hosts the test plays.
@Suite("Associations as AWS's tools see them", AWSTools.areInstalled, .timeLimit(.minutes(10)))
struct SSMAssociationTests {
    @Test("boto3 keeps associations with their versions and tags, and what cannot be is refused in SSM's codes")
    func configuration() async throws {
        try await FleetDoor.serving { _, _, variables in
            try await AWSTools.check("associations.py", variables)
        }
    }

    @Test("A scan runs when its association is made, when it is asked for and by its schedule; what came of it is told")
    func executions() async throws {
        try await FleetDoor.serving { controlPlane, fleet, variables in
            try await FleetDoor.working(fleet, controlPlane) {
                try await AWSTools.check("association-executions.py", variables)
            }
            // The bystander was no target.
            #expect(await fleet.ring("late").first?.orders.isEmpty == true)
        }
    }
}
