import Client
import ReadModels

/// The quickstart's cycle: started, told as it goes, approved at its gates.
struct QuickstartCycle {
    let client: ControlPlaneClient
    let approvesAlways: Bool
    let actor: String
    let narrator: Narrator

    /// - Returns: the cycle as it ended.
    func run() async throws -> CycleView {
        let request = StartCycle(workflow: QuickstartPrograms.workflow, openNow: true, by: actor)
        let id = try await client.startCycle(request).id
        try narrator.say("cycle \(id) of \(QuickstartPrograms.workflow) is started", tone: .heading)
        var journal = CycleJournal(.hosts)
        var answered: Set<String> = []
        let follower = CycleFollower(client: client, cycle: id, hosts: true, interval: .milliseconds(200))
        let last = try await follower.follow { cycle in
            for line in journal.changes(in: cycle) { try narrator.say(line) }
            if let gate = Self.gateToAnswer(cycle), answered.insert(gate.stage.name).inserted {
                try await answer(gate, cycle)
            }
        }
        guard last.state == "completed" else {
            throw CommandFailure(
                "cycle \(id) is \(last.state)\(last.reason.map { ": \($0)" } ?? "")".printable,
                exitCode: .cycleNotCompleted
            )
        }
        return last
    }

    // MARK: - Steps

    /// The open gate when an approval is what it lacks.
    private static func gateToAnswer(_ cycle: CycleView) -> OpenGate? {
        guard let stage = cycle.stages.first(where: { $0.gate?.state == "open" }), let gate = stage.gate,
            gate.approvals.count < gate.approvalsNeeded
        else { return nil }
        do {
            return try OpenGate(in: cycle, stage: stage.name)
        } catch {
            return nil  // its plan is not frozen yet: the next look finds it
        }
    }

    private func answer(_ gate: OpenGate, _ cycle: CycleView) async throws {
        let name = gate.stage.name
        let plan = String(gate.planDigest.prefix(12))
        let question = "Approve plan \(plan) for what follows \(name)?"
        let isApproved = if approvesAlways { true } else { try await Prompt.isAnsweredYes(question) }
        guard isApproved else {
            _ = try await client.steer(
                cycle.id,
                "abort",
                SteerCycle(reason: "the gate after \(name) was not approved", by: actor)
            )
            return
        }
        _ = try await client.approve(
            cycle.id,
            ApproveStage(stage: name, planDigest: gate.planDigest, reason: nil, by: actor)
        )
        try narrator.say("\(actor) approved plan \(plan) at the gate after \(name)", tone: .heading)
    }
}
