import AgentProtocol
import Crypto
import FoundationEssentials
import PatchStreams
import ReadModels
import Time

/// Our agent in one-shot mode, as the launch script becomes it.
extension StockAgent {
    /// One run of the document's step.
    func run(_ payload: String) async throws -> Int32 {
        let (script, environment) = try step(of: payload)
        guard let program else { return try await launch(environment) }
        guard let credentials else { throw BadAnswer(what: "no credentials", [:]) }
        let agents = ["AWS_SSM_INSTANCE_ID": node, "AWS_SSM_REGION_NAME": Self.region]
        return try await program.run(script, environment.merging(agents) { $1 }, by: credentials)
    }

    private func step(of payload: String) throws -> (script: String, environment: [String: String]) {
        guard case .object(let all) = try DomainJSON.decode(JSONValue.self, from: payload),
            case .object(let content) = all["DocumentContent"], content["schemaVersion"] == .text("2.2"),
            case .list(let steps) = content["mainSteps"], steps.count == 1, case .object(let step) = steps[0],
            step["action"] == .text(platform.action), case .object(let inputs) = step["inputs"],
            case .object(let environment) = inputs["environment"], case .list(let lines) = inputs["runCommand"],
            case .text(let script) = lines.first, lines.count == 1
        else { throw BadAnswer(what: "the payload of a message", [:]) }
        return (script, environment.compactMapValues { if case .text(let text) = $0 { text } else { nil } })
    }

    /// - Returns: the exit code: 194 to be run again after a reboot.
    private func launch(_ environment: [String: String]) async throws -> Int32 {
        guard quirks.exitCode == 0 else { return quirks.exitCode }
        guard environment["RINGMASTER_SERVER"] != nil, environment["RINGMASTER_AGENT_SHA256"]?.utf8.count == 64,
            let orderKey = environment["RINGMASTER_ORDER_KEY"].flatMap({ Data(base64Encoded: $0) })
        else { throw BadAnswer(what: "the environment of the script", [:]) }
        if let interrupted { return try await resume(interrupted) }
        let answer = try await ask("GET", "/agent/v1/orders?wait=0")
        guard answer.status == 200 else { return 0 }
        let envelope = try JSONDecoder().decode(OrderEnvelope.self, from: Data(answer.body))
        let key = try Curve25519.Signing.PublicKey(rawRepresentation: orderKey)
        guard key.isValidSignature(Data(base64Encoded: envelope.signature) ?? Data(), for: envelope.signedBytes) else {
            throw BadOrder(why: "it is not signed by the control plane")
        }
        let order = try JSONDecoder().decode(Order.self, from: Data(envelope.payload.utf8))
        guard order.node == node else { throw BadOrder(why: "it is for \(order.node), not for \(node)") }
        // What it has ended is not retracted yet.
        guard !carriedOut.contains(order.id) else { return 0 }
        pickUps.append(messageAt - max(order.issued, order.window.opens))
        return try await carryOut(order)
    }

    private func carryOut(_ order: Order) async throws -> Int32 {
        try await report(.accepted, on: order)
        switch order.work {
        case .scan: try await report(.scanned(inventory: try await upload()), on: order)
        case .run(let document):
            try await report(.ran(kind: nil, detail: nil), on: order, steps: document.steps.map { machine.run($0) })
        case .install(_, let patches, _, let policy):
            try await report(.installing, on: order)
            let results = machine.install(patches)
            if quirks.losesPower, !hasLostPower {
                hasLostPower = true
                interrupted = Interrupted(order: order, results: results, before: nil)
                throw PowerLoss()
            }
            if policy == .ifNeeded, !machine.rebootReasons.isEmpty {
                interrupted = Interrupted(order: order, results: results, before: machine.bootFacts)
                try await report(.rebooting(machine.bootFacts), on: order)
                return 194
            }
            try await end(order, results, nil)
        }
        carriedOut.insert(order.id)
        return 0
    }

    /// After the reboot, or once the power is back.
    private func resume(_ run: Interrupted) async throws -> Int32 {
        var reboot: RebootResult?
        if let before = run.before {
            try await report(.verifying(machine.bootFacts), on: run.order)
            reboot = RebootResult(before: before, after: machine.bootFacts, outcome: .confirmed, reasons: [])
        }
        try await end(run.order, run.results, reboot)
        interrupted = nil
        carriedOut.insert(run.order.id)
        return 0
    }

    private func end(_ order: Order, _ results: [PatchResult], _ reboot: RebootResult?) async throws {
        let result = InstallResult(inventory: try await upload(), patches: results, reboot: reboot)
        let steps = order.hooks.map { machine.run($0, isBack: reboot != nil) }
        try await report(.installed(result), on: order, steps: steps)
    }

    // MARK: - Requests

    private func report(_ fact: HostRunFact, on order: Order, steps: [StepResult]? = nil) async throws {
        sequences[order.id, default: 0] += 1
        let report = Report(
            order: order.id,
            sequence: sequences[order.id] ?? 0,
            at: now(),
            fact: fact,
            steps: steps
        )
        let body = Array(try JSONEncoder().encode(ReportBatch(reports: [report])))
        let answer = try await ask("POST", "/agent/v1/reports", body)
        guard answer.status == 200 else { throw BadAnswer(what: "a report", answer) }
    }

    private func upload() async throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let body = Array(try encoder.encode(machine.inventory))
        let digest = ContentStore.digest(of: String(decoding: body, as: UTF8.self))
        let answer = try await ask("PUT", "/agent/v1/inventories/\(digest)", body)
        guard answer.status == 200 else { throw BadAnswer(what: "an inventory", answer) }
        return digest
    }

    private func ask(_ method: String, _ target: String, _ body: [UInt8] = []) async throws -> Answer {
        try await signed(method, target, "ssm", [(RequestSignature.nodeHeader, node)], body)
    }
}

extension StockAgent {
    /// What the journal has of a run that was interrupted.
    struct Interrupted {
        let order: Order
        let results: [PatchResult]
        /// The boot before the reboot that the run has asked for; nil when it has asked for none.
        let before: BootFacts?
    }
}

/// The host is without power, and nobody says anything.
struct PowerLoss: Error {}
