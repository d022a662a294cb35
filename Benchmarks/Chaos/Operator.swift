import AgentProtocol
import Client
import Commands
import ReadModels

/// A person at the control plane, who asks any of the servers again until there is an answer.
struct Operator: Sendable {
    let servers: [Server]

    func createActivation(_ request: CreateActivation) async throws -> ActivationView {
        try await asking { try await $0.createActivation(request) }
    }

    func startCycle(_ request: StartCycle) async throws -> String {
        let key = ControlPlaneClient.randomKey()
        let started: CycleStarted = try await asking { try await $0.post(.api("cycles"), request, idempotencyKey: key) }
        return started.id
    }

    func cycle(_ id: String) async throws -> CycleView { try await asking { try await $0.cycle(id) } }

    func nodeCount() async throws -> Int { try await asking { try await $0.nodes() }.count }

    /// Approves whatever gate is open.
    func approve(_ cycle: CycleView) async throws {
        guard let stage = cycle.stages.first(where: { $0.gate?.state == "open" }), let gate = stage.gate,
            let digest = gate.planDigest ?? cycle.planDigest
        else { return }
        let approval = ApproveStage(stage: stage.name, planDigest: digest, reason: nil, by: "chaos")
        // One key for each gate: asked again, it is the same approval.
        let key = "\(cycle.id)/\(stage.name)"
        let _: CycleView = try await asking {
            try await $0.post(.api("cycles", cycle.id, "approvals"), approval, idempotencyKey: key)
        }
    }

    // MARK: - Steps

    private func asking<Answer>(_ body: (ControlPlaneClient) async throws -> Answer) async throws -> Answer {
        var refusal: Problem?
        let answer: Answer? = try await persistently("asking the control plane") {
            do {
                return try await body(try (servers.randomElement() ?? servers[0]).client)
            } catch let problem as Problem where problem.status < 500 {
                refusal = problem
                return nil
            }
        }
        guard let answer else { throw Broken("an operator was refused: \(refusal.map { "\($0)" } ?? "")") }
        return answer
    }
}
