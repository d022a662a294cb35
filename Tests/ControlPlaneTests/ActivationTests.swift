import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import ReadModels
import Testing
import Time

@Suite("Activations", .serialized, .timeLimit(.minutes(10)))
struct ActivationTests {
    @Test("An activation carries all that a host needs to enrol")
    func created() async throws {
        try await TestDeployment.with { deployment in
            try await deployment.serve { controlPlane in
                let before = controlPlane.clock.now
                let activation = try await controlPlane.activation(uses: 3, expiresInSeconds: 60)
                #expect(activation.activation.wholeMatch(of: #/act-[0-9a-f]{16}/#) != nil)
                #expect(activation.code.wholeMatch(of: #/[0-9A-HJKMNP-TV-Z]{32}/#) != nil)
                #expect(activation.orderKey == deployment.orderKey.publicKey)
                #expect(activation.uses == 3)
                #expect(activation.expiresAt >= before + .seconds(60))
                #expect(activation.expiresAt <= controlPlane.clock.now + .seconds(60))
                let other = try await controlPlane.activation()
                #expect(other.code != activation.code)
            }
        }
    }

    @Test("The same idempotency key makes no second activation: the code of the first is told once")
    func repeated() async throws {
        try await withControlPlane { controlPlane in
            let request = CreateActivation(
                site: "Frankfurt",
                patchGroup: "Debian12-early",
                uses: 1,
                expiresInSeconds: 60,
                by: "ana"
            )
            let activations = controlPlane.services.activations
            let first = try await activations.create(request, key: "k")
            let second = try await problem { _ = try await activations.create(request, key: "k") }
            #expect(second.status == 409)
            #expect(second.code == "activation-exists")
            #expect(second.detail.contains(first.activation))
            #expect(try await activations.create(request, key: "other").activation != first.activation)
        }
    }

    @Test("What an activation may not be is refused, with the limits")
    func limits() async throws {
        try await withControlPlane { controlPlane in
            let good = CreateActivation(
                site: "Frankfurt",
                patchGroup: "Debian12-early",
                uses: 1,
                expiresInSeconds: 60,
                by: "ana"
            )
            let changes: [(String, (inout CreateActivation) -> Void)] = [
                ("1 to 1000 hosts, not 0", { $0.uses = 0 }), ("1 to 1000 hosts, not 1001", { $0.uses = 1_001 }),
                ("1 second to 30 days, not 0 seconds", { $0.expiresInSeconds = 0 }),
                ("1 second to 30 days", { $0.expiresInSeconds = 30 * 86_400 + 1 }),
                ("the site \"\" must be", { $0.site = "" }), ("the site \"a b\" must be", { $0.site = "a b" }),
                ("the site \"a/b\" must be", { $0.site = "a/b" }), ("the site \"Köln\" must be", { $0.site = "Köln" }),
                // Whose every byte is a letter in Latin-1.
                ("the site \"fenêtre\" must be 1 to 50", { $0.site = "fenêtre" }),
                ("the patch group", { $0.patchGroup = String(repeating: "x", count: 51) }),
            ]
            for (words, change) in changes {
                var request = good
                change(&request)
                let refusal = try await problem { _ = try await controlPlane.services.activations.create(request) }
                #expect(refusal.status == 400)
                #expect(refusal.code == "invalid-activation")
                #expect(refusal.detail.contains(words), "\(refusal.detail)")
            }
            var machine = good
            machine.by = "node/mi-1"
            let refusal = try await problem { _ = try await controlPlane.services.activations.create(machine) }
            #expect(refusal.code == "invalid-name")
        }
    }
}
