package import AgentProtocol
import Crypto
import Domain
import DurableStreams
import FoundationEssentials
import PatchStreams
import ReadModels
import Time

/// What agents ask of the control plane.
///
/// A class, so that each of the many waiting calls holds a reference and not a copy of its parts.
package final class AgentService: Sendable {
    let desk: MessageDesk
    private let orders: OrderDesk
    private let orderKeys: OrderKeys
    let keys: NodeKeys
    private let content: ContentStore
    let reader: StreamReader
    let contacts = AgentContacts()
    let enrolmentLimits = EnrolmentLimits()
    private let contactStore: NodeContactStore
    let outputs: OutputStore
    let sealKey: SealKey
    let wakeUps = WakeUps()
    let roleKeys = RoleKeys()

    init(
        desk: MessageDesk,
        orders: OrderDesk,
        orderKeys: OrderKeys,
        reader: StreamReader,
        content: ContentStore,
        contactStore: NodeContactStore,
        outputs: OutputStore,
        sealKey: SealKey
    ) {
        self.desk = desk
        self.orders = orders
        self.orderKeys = orderKeys
        self.content = content
        self.reader = reader
        self.contactStore = contactStore
        self.outputs = outputs
        self.sealKey = sealKey
        keys = NodeKeys(reader: reader)
    }

    // MARK: - Who asks

    /// Whether the request may be read further: it names a node that is enrolled, and a time near ours.
    ///
    /// Proves nothing, and spares taking in a large body that nobody could have signed.
    package func checkHead(_ request: SignedRequest) async throws {
        let now = desk.now()
        guard let node = request.node, try await keys.identity(of: node) != nil, let skew = request.skew(at: now) else {
            throw Self.unauthenticated
        }
        try request.checkClock(node: node, skew: skew, now: now)
    }

    /// The node that signed the request.
    package func authenticate(_ request: SignedRequest) async throws -> String {
        try await authenticate(request, keyWithin: NodeKeys.lifetime)
    }

    private func authenticate(_ request: SignedRequest, keyWithin lifetime: Duration) async throws -> String {
        await writeContacts()
        if let role = request.role { return try await authenticate(request, by: role) }
        guard let node = request.node, var known = try await keys.identity(of: node, within: lifetime) else {
            throw Self.unauthenticated
        }
        if !known.signed(request) {
            // Its host may have changed its key since that was learned.
            guard let fresh = try await keys.identity(of: node, within: NodeKeys.lifetimeOfDoubted) else {
                throw Self.unauthenticated
            }
            known = fresh
        }
        if request.isGenuine(key: known.key) { return try admit(request, as: node) }
        guard let next = known.nextKey, request.isGenuine(key: next.key) else { throw Self.unauthenticated }
        _ = try admit(request, as: node)
        try await use(next.text, as: node)
        return node
    }

    /// The key that was offered is the node's from now on: it has signed a request.
    func use(_ publicKey: String, as node: String) async throws {
        try await desk.ask(
            Node.stream(node),
            NodeMessage.useKey(publicKey: publicKey),
            id: "use-key/\(ContentStore.digest(of: publicKey))",
            by: "node/\(node)"
        )
        keys.forget(node)
    }

    /// Notes that the node was heard, which signed the request.
    func admit(_ request: SignedRequest, as node: String) throws(Problem) -> String {
        let now = desk.now()
        guard let skew = request.skew(at: now) else { throw Self.unauthenticated }
        let secondsOff = SignedRequest.isNear(skew) ? 0 : Int32(clamping: skew / 1_000)
        contacts.note(NodeContact(node: node, heardAt: now, clockOffSeconds: secondsOff))
        try request.checkClock(node: node, skew: skew, now: now)
        return node
    }

    /// Writes when agents were heard, if it is time for it; who asks for something else does not fail with it.
    func writeContacts() async {
        let (due, store) = (contacts.take(at: desk.now()), contactStore)
        guard !due.isEmpty else { return }
        do {
            // What it takes of a task's stack would be kept while the node waits.
            try await Task { try await store.write(due) }.value
        } catch {
            // Whoever needs the database tells what is wrong with it; the contacts come again.
            contacts.forget(due)
        }
    }

    static let unauthenticated = Problem(
        status: 401,
        code: "unauthenticated",
        detail: "the request is not signed by an enrolled, unrevoked node; enrol the host again if it should be one"
    )

    // MARK: - Work

    /// The oldest order that is not over of the node that signed the request; nil when none came in time.
    ///
    /// A node that was revoked a short while ago may still wait, and gets nothing. Keys are read in tasks of their own: what that
    /// takes of a task's stack would be kept while the node waits.
    package func nextOrder(asking request: SignedRequest, wait: Duration) async throws -> OrderEnvelope? {
        await writeContacts()
        let node = try await waitingNode(request)
        if let clash = request.boot.flatMap({ contacts.clash(of: node, at: $0) }) {
            try await Task { try await report(clash, of: node) }.value
        }
        guard !keys.isCloned(node) else { throw Self.cloned(node) }
        guard let order = try await nextOrder(for: node, wait: wait) else { return nil }
        let identity = try await Task { try await keys.identity(of: node) }.value
        guard let identity else { throw Self.unauthenticated }
        guard !identity.isCloned else { throw Self.cloned(node) }
        return order
    }

    private func waitingNode(_ request: SignedRequest) async throws -> String {
        let lifetime = NodeKeys.lifetimeOfWaiting
        if let node = request.node, let known = keys.remembered(node, within: lifetime),
            request.isGenuine(key: known.key)
        {
            return try admit(request, as: node)
        }
        return try await Task { try await authenticate(request, keyWithin: lifetime) }.value
    }

    /// Returns when the clash is durable, and the node gets no orders from this process any more.
    func report(_ clash: NodeClash, of node: String) async throws {
        try await desk.ask(
            Node.stream(node),
            NodeMessage.clash(clash),
            id: "clash/\(clash.first)-\(clash.second)",
            by: "node/\(node)"
        )
        _ = try await keys.identity(of: node, within: .zero)
    }

    private static func cloned(_ node: String) -> Problem {
        let detail =
            "two machines act as \(node), so that neither gets orders: one disk is a copy of the other's; revoke the node and "
            + "enrol both hosts anew"
        return Problem(status: 403, code: "node-cloned", detail: detail)
    }

    /// The node's oldest order that is not over; nil when none came in time.
    package func nextOrder(for node: String, wait: Duration) async throws -> OrderEnvelope? {
        guard let order = try await storedOrder(for: node, wait: wait) else { return nil }
        return try await orderKeys.delivered(order)
    }

    /// What the node that carries the order out hears of it.
    package func standing(of order: String, for node: String) async throws -> OrderStanding {
        let oldest = try await nextStored(for: node, wait: .zero)
        return OrderStanding(isWithdrawn: oldest.map { $0.id == order && $0.isWithdrawn } ?? false)
    }

    /// The same as it is stored, which is not yet fit for its agent; nobody signs anything for it.
    ///
    /// - Parameter known: the id of an order that is not waited for.
    func storedOrder(for node: String, wait: Duration = .zero, after known: String? = nil) async throws
        -> OrderEnvelope?
    {
        guard let order = try await nextStored(for: node, wait: wait, after: known) else { return nil }
        var envelope = try DomainJSON.decode(OrderEnvelope.self, from: order.body)
        if order.isWithdrawn { envelope.isWithdrawn = true }
        return envelope
    }

    private func nextStored(for node: String, wait: Duration, after known: String? = nil) async throws
        -> StoredOrder?
    {
        do {
            return try await orders.next(for: node, wait: wait, after: known)
        } catch let full as OrderDeskFull {
            throw Problem(status: 503, code: "overloaded", detail: full.description)
        }
    }

    /// What hosts check orders by that were never told another.
    package var orderKey: String { orderKeys.publicKey }

    /// What agents are told of the order key's changes.
    package var orderKeyHistory: OrderKeyHistory { orderKeys.history }

    /// Returns when the inventory is durable under its digest.
    package func store(inventory bytes: [UInt8], digest: String, from node: String) async throws {
        guard let text = String(validating: bytes, as: UTF8.self), ContentStore.digest(of: text) == digest else {
            let detail =
                "the inventory from \(node) does not have the digest \(digest) that it was sent under; send it again"
            throw Problem(status: 400, code: "digest-mismatch", detail: detail)
        }
        let inventory: Inventory
        do {
            inventory = try DomainJSON.decode(Inventory.self, from: text)
        } catch {
            throw Problem(status: 400, code: "malformed-body", detail: "not an inventory: \(error)")
        }
        try await content.inventories.store(inventory, as: text, digest: digest, at: desk.now())
    }

    /// Returns when the reports are durable in their rollouts' inboxes.
    package func accept(_ batch: ReportBatch, from node: String) async throws {
        let (allBoots, allRepairs) = (batch.boots ?? [], batch.repairs ?? [])
        let count = batch.reports.count + allBoots.count + allRepairs.count
        guard count <= ReportBatch.maximumCount else {
            let detail = "\(count) reports at once are more than \(ReportBatch.maximumCount); send fewer"
            throw Problem(status: 413, code: "too-many-reports", detail: detail)
        }
        try BootReportRules.check(allBoots, from: node)
        try RepairReportRules.check(allRepairs, from: node)
        try StepResultRules.check(batch.reports, from: node)
        let digests = batch.reports.compactMap(\.fact.inventory)
        let missing = digests.isEmpty ? [] : try await content.missing(of: digests)
        guard missing.isEmpty else {
            let detail = "inventory \(missing[0]) was not uploaded; upload it, then report it"
            throw Problem(status: 409, code: "unknown-inventory", detail: detail)
        }
        let boots = try allBoots.map { try message(.reboot(NodeReboot($0)), "boot", for: $0, from: node) }
        let repairs = try allRepairs.map { try message(.repair(NodeRepair($0)), "repair", for: $0, from: node) }
        try await desk.send(try batch.reports.map { try message(for: $0, from: node) } + boots + repairs)
    }

    /// What a host says of itself beside its runs: equal reports are one message.
    private func message(
        _ message: NodeMessage,
        _ kind: String,
        for report: some Encodable,
        from node: String
    ) throws -> Message {
        let digest = ContentStore.digest(of: try DomainJSON.encode(report))
        return try desk.envelope(Node.stream(node), message, id: "\(kind)/\(node)/\(digest)", by: "node/\(node)")
    }

    private func message(for report: Report, from node: String) throws -> Message {
        guard let order = OrderID(report.order), let domainReport = HostReport(report) else {
            let detail = "\"\(report.order)\" is not the id of an order of this control plane; drop the report"
            throw Problem(status: 400, code: "unknown-order", detail: detail)
        }
        return try desk.envelope(
            Rollout.stream(order.rollout),
            RolloutMessage.report(domainReport, node: node),
            // By node too: another node's report must not take this one's place.
            id: "\(report.order)/\(report.sequence)/\(node)",
            by: "node/\(node)"
        )
    }
}
