import ControlPlaneTestSupport
import TestSupport
import Testing

/// AWS's own command against the door of a control plane in this process, whose hosts the test plays.
@Suite("SSM's operations as the aws command asks for them", AWSTools.areInstalled, .timeLimit(.minutes(10)))
struct SSMCommandLineTests {
    @Test("The aws command gets an answer to every operation that docs/ssm-parity.md says is done")
    func operations() async throws {
        try await FleetDoor.serving { controlPlane, fleet, variables in
            let all = variables.merging(["PARITY": Repository.root + "/docs/ssm-parity.md"]) { _, given in given }
            try await FleetDoor.working(fleet, controlPlane) {
                try await AWSTools.check("command-line.py", all)
            }
        }
    }
}
