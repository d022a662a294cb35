import AWSSignature
package import AgentProtocol
import Domain
import DurableStreams
import PatchStreams
import ReadModels
import Time

/// An order that a stock agent is to have its host look for.
package struct OrderWakeUp: Sendable {
    /// 32 hexadecimal digits; the same when the process sends it again.
    package let id: String
    package let order: Order
}

/// How a stock agent says that the run of a wake-up has ended.
package enum WakeUpEnd: Equatable, Sendable {
    case success
    /// Before it could say how: the host lost its power, or the agent's process for it was killed.
    case cutOff(detail: String)
    case failure(FailureKind, detail: String)
}

/// What stock agents do: they wait to be woken for their orders.
extension AgentService {
    /// The signing name of the delivery of messages.
    private static let messages = "ec2messages"

    /// The node that polls; it may have been revoked some minutes ago, and is given nothing then.
    ///
    /// Two machines that use the credentials of one node by turns are found: one that has newer ones never goes back.
    ///
    /// - Throws: ``SignatureRefusal``.
    package func pollingNode(_ proof: InstanceProof) async throws -> String {
        await writeContacts()
        let node = try await node(signing: proof, service: Self.messages, within: NodeKeys.lifetimeOfWaiting)
        contacts.note(NodeContact(node: node, heardAt: desk.now(), clockOffSeconds: 0))
        let number = UInt64(proof.claim.accessKeyID.dropFirst(RoleCredentials.idPrefix.count), radix: 16) ?? 0
        if let clash = contacts.clash(of: "stock/\(node)", at: number, signedAt: proof.claim.date) {
            try await report(clash, of: node)
        }
        return node
    }

    /// The node whose credentials signed the request.
    ///
    /// - Throws: ``SignatureRefusal``.
    package func node(signing proof: InstanceProof, forMessages: Bool) async throws -> String {
        try await node(signing: proof, service: forMessages ? Self.messages : Self.service)
    }

    /// The next order that the node is to be woken for; nil when there was none in time.
    ///
    /// One that was not acknowledged comes again after some seconds.
    package func nextWakeUp(for node: String, wait: Duration) async throws -> OrderWakeUp? {
        let end = desk.now() + wait
        while true {
            let now = desk.now()
            let known = wakeUps.known(by: node, at: now)
            let until = known?.due.map { min($0, end) } ?? end
            // Its time is up when the wait for another order is: it is looked for once more then.
            let found = try await storedOrder(for: node, wait: max(.zero, until - now), after: known?.order)
            if let found {
                // Apart: what that takes of a task's stack would be kept while the node waits.
                let identity = try await Task { try await keys.identity(of: node) }.value
                guard let identity, !identity.isCloned else { return nil }
                let order = try DomainJSON.decode(Order.self, from: found.payload)
                return OrderWakeUp(id: wakeUps.send(order.id, to: node, at: desk.now()), order: order)
            }
            // It may also have ended because the server does.
            guard let due = known?.due, due < end, due <= desk.now() else { return nil }
        }
    }

    /// The node's agent has taken a wake-up.
    package func take(_ wakeUp: String, by node: String) { wakeUps.take(wakeUp, by: node) }

    /// The run of a wake-up has ended; an order that did not end with it has failed, or is looked for again.
    package func end(_ wakeUp: String, as end: WakeUpEnd, by node: String) async throws {
        guard let order = try await pendingOrder(of: node), WakeUps.isID(wakeUp, of: order.id) else { return }
        switch end {
        // What the host reported of the order may be on its way through the engine.
        case .success: wakeUps.end(wakeUp, of: order.id, by: node, at: desk.now())
        // What it has done stands in the host's journal, with which the next run goes on.
        case .cutOff(let detail):
            guard !wakeUps.cutOff(wakeUp, of: order.id, by: node, at: desk.now()) else { return }
            try await fail(order, .interrupted, detail, of: node)
        case .failure(let kind, let detail): try await fail(order, kind, detail, of: node)
        }
    }

    /// Ends the order that the node cannot carry out, or did not.
    package func fail(_ order: Order, _ kind: FailureKind, _ detail: String, of node: String) async throws {
        let fact: HostRunFact =
            switch order.work {
            case .run: .ran(kind: kind, detail: detail)
            case .scan, .install: .failed(kind: kind, detail: detail, inventory: nil, patches: [])
            }
        // After all that the host itself may have reported.
        let report = Report(order: order.id, sequence: Int(Int32.max), at: desk.now(), fact: fact)
        try await accept(ReportBatch(reports: [report]), from: node)
    }

    /// The host is what its agent says.
    package func describe(_ node: String, as description: InstanceDescription) async throws {
        guard let identity = try await keys.identity(of: node) else { return }
        let facts = description.facts(after: identity.enrolment.facts)
        guard facts != identity.enrolment.facts else { return }
        try HostFactsRules.check(facts.told)
        try await desk.ask(
            Node.stream(node),
            NodeMessage.describe(facts),
            id: "describe/\(Secret.identifier())",
            by: "node/\(node)"
        )
        keys.forget(node)
    }

    /// The platform of the node, as its agent told it.
    package func isWindows(_ node: String) async throws -> Bool {
        try await keys.identity(of: node)?.enrolment.facts.platform == "windows"
    }

    private func pendingOrder(of node: String) async throws -> Order? {
        try await storedOrder(for: node).map { try DomainJSON.decode(Order.self, from: $0.payload) }
    }
}
