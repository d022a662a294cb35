package import AgentProtocol
package import ControlPlane
import Crypto
import FoundationEssentials
package import ReadModels
package import Time

/// An agent with a real key that says what its host is made to do.
package actor FakeAgent {
    /// The headers that prove who sends a request.
    package struct Proof: Sendable {
        package var node: String
        package var time: String
        package var signature: String
    }

    package nonisolated let key: HostKey
    package nonisolated let node: String
    package nonisolated let enrolment: EnrolmentResponse
    private let orderKey: Curve25519.Signing.PublicKey

    package var host: FakeHost
    /// Every order that was given to it, once, in the order in which they came.
    package private(set) var orders: [Order] = []
    private var sequences: [String: Int] = [:]

    private init(_ key: HostKey, _ enrolment: EnrolmentResponse, orderKey: String, host: FakeHost) throws {
        self.key = key
        self.enrolment = enrolment
        self.host = host
        node = enrolment.node
        let bytes = Data(base64Encoded: orderKey) ?? Data()
        self.orderKey = try Curve25519.Signing.PublicKey(rawRepresentation: bytes)
    }

    /// Enrols the host with a new key.
    package static func enrolled(
        in controlPlane: TestControlPlane,
        with activation: ActivationView,
        host: FakeHost
    ) async throws -> FakeAgent {
        let key = HostKey()
        let response = try await controlPlane.services.agents.enrol(key.enrolment(activation, host.facts))
        return try FakeAgent(key, response, orderKey: activation.orderKey, host: host)
    }

    package func change(_ body: (inout FakeHost) -> Void) { body(&host) }

    // MARK: - Requests

    /// The headers of a request as its host would sign it.
    package nonisolated func proof(
        _ method: String,
        _ target: String,
        body: [UInt8] = [],
        at moment: Timestamp
    ) throws -> Proof {
        let milliseconds = moment.microseconds / 1_000
        let bytes = RequestSignature.bytes(
            method: method,
            target: target,
            node: node,
            milliseconds: milliseconds,
            bodyDigest: Array(SHA256.hash(data: body))
        )
        return Proof(node: node, time: "\(milliseconds)", signature: try key.sign(bytes))
    }

    package nonisolated func request(
        _ method: String,
        _ target: String,
        body: [UInt8] = [],
        at moment: Timestamp
    ) throws -> SignedRequest {
        let proof = try proof(method, target, body: body, at: moment)
        return SignedRequest(
            method: method,
            target: target,
            node: proof.node,
            time: proof.time,
            signature: proof.signature,
            body: body
        )
    }

    // MARK: - Work

    /// The next order that it was not given before; nil when none comes in time.
    ///
    /// - Throws: ``BadOrder`` for one that it would have to refuse.
    package func nextOrder(of controlPlane: TestControlPlane, wait: Duration = .seconds(60)) async throws -> Order? {
        let agents = controlPlane.services.agents
        let end = ContinuousClock.now + wait
        repeat {
            let request = try request("GET", "/agent/v1/orders?wait=30", at: controlPlane.clock.now)
            let sender = try await agents.authenticate(request)
            guard let envelope = try await agents.nextOrder(for: sender, wait: max(.zero, end - .now)) else {
                return nil
            }
            let order = try open(envelope)
            if !orders.contains(where: { $0.id == order.id }) {
                orders.append(order)
                return order
            }
            // The one that it has ended is not retracted yet.
            try await Task.sleep(for: .milliseconds(5))
        } while ContinuousClock.now < end
        return nil
    }

    /// Reports the facts, in one request.
    package func report(_ facts: HostRunFact..., on order: Order, to controlPlane: TestControlPlane) async throws {
        let reports = facts.map { report($0, on: order, at: controlPlane.clock.now) }
        try await send(reports, to: controlPlane)
    }

    package func send(_ reports: [Report], to controlPlane: TestControlPlane) async throws {
        let body = Array(try JSONEncoder().encode(ReportBatch(reports: reports)))
        let agents = controlPlane.services.agents
        let request = try request("POST", "/agent/v1/reports", body: body, at: controlPlane.clock.now)
        let sender = try await agents.authenticate(request)
        try await agents.accept(ReportBatch(reports: reports), from: sender)
    }

    /// The order's next report.
    package func report(_ fact: HostRunFact, on order: Order, at moment: Timestamp) -> Report {
        sequences[order.id, default: 0] += 1
        return Report(order: order.id, sequence: sequences[order.id] ?? 0, at: moment, fact: fact)
    }

    /// Uploads what is on the host now; returns its digest.
    package func upload(to controlPlane: TestControlPlane) async throws -> String {
        let body = try inventoryBytes()
        let digest = ContentStore.digest(of: String(decoding: body, as: UTF8.self))
        let request = try request("PUT", "/agent/v1/inventories/\(digest)", body: body, at: controlPlane.clock.now)
        let sender = try await controlPlane.services.agents.authenticate(request)
        try await controlPlane.services.agents.store(inventory: body, digest: digest, from: sender)
        return digest
    }

    package func inventoryBytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return Array(try encoder.encode(host.inventory))
    }

    /// Does what the order says, to its end.
    package func carryOut(_ order: Order, of controlPlane: TestControlPlane) async throws {
        try await report(.accepted, on: order, to: controlPlane)
        switch order.work {
        case .scan:
            try await report(.scanned(inventory: try await upload(to: controlPlane)), on: order, to: controlPlane)
        case .run(let document):
            let steps = document.steps.map { host.run($0) }
            let failure = steps.first { $0.state == .failed }
            let fact = HostRunFact.ran(
                kind: failure.map { _ in .script },
                detail: failure.map { "step \($0.name) ended with exit code \($0.exitCode ?? 0)" }
            )
            var report = report(fact, on: order, at: controlPlane.clock.now)
            report.steps = steps
            try await send([report], to: controlPlane)
        case .install(_, let patches, _, let policy):
            try await report(.installing, on: order, to: controlPlane)
            let results = host.install(patches)
            let reboot = policy == .ifNeeded ? try await rebootIfNeeded(order, controlPlane) : nil
            let inventory = try await upload(to: controlPlane)
            let result = InstallResult(inventory: inventory, patches: results, reboot: reboot)
            var report = report(.installed(result), on: order, at: controlPlane.clock.now)
            report.steps = order.hooks.map { host.run($0, isBack: reboot != nil) }
            try await send([report], to: controlPlane)
        }
    }

    // MARK: - Steps

    private func rebootIfNeeded(_ order: Order, _ controlPlane: TestControlPlane) async throws -> RebootResult? {
        guard !host.rebootReasons.isEmpty else { return nil }
        let (before, reasons) = (host.bootFacts, host.rebootReasons)
        try await report(.rebooting(before), on: order, to: controlPlane)
        host.reboot()
        try await report(.verifying(host.bootFacts), on: order, to: controlPlane)
        return RebootResult(before: before, after: host.bootFacts, outcome: .confirmed, reasons: reasons)
    }

    private func open(_ envelope: OrderEnvelope) throws -> Order {
        guard let signature = Data(base64Encoded: envelope.signature),
            orderKey.isValidSignature(signature, for: envelope.signedBytes)
        else { throw BadOrder(why: "it is not signed by the control plane") }
        let order = try JSONDecoder().decode(Order.self, from: Data(envelope.payload.utf8))
        guard order.node == node else { throw BadOrder(why: "it is for \(order.node), not for \(node)") }
        return order
    }
}

/// An order that no agent would take.
package struct BadOrder: Error {
    package let why: String
}
