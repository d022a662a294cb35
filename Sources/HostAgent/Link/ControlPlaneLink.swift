package import AgentProtocol

/// What an enrolled agent says to its control plane and hears from it.
///
/// One request per call, no retries: the callers back off. Every call is repeatable.
package protocol ControlPlaneLink: Sendable {
    /// The next order for this node, or nil when none came within the wait.
    ///
    /// - Parameter wait: how long the control plane may hold the request open.
    func nextOrder(wait: Duration) async throws(LinkFailure) -> OrderEnvelope?

    /// Whether an order that is under way is still wanted.
    func standing(of order: String) async throws(LinkFailure) -> OrderStanding

    /// What the control plane says of its order keys.
    func orderKeys() async throws(LinkFailure) -> OrderKeyHistory

    /// Hands over reports, at most ``ReportBatch/maximumCount``; when this returns they are durable.
    func send(_ reports: [Report]) async throws(LinkFailure)

    /// Hands over reports of reboots; when this returns they are durable.
    func send(boots: [BootReport]) async throws(LinkFailure)

    /// Hands over reports of repairs; when this returns they are durable.
    func send(repairs: [RepairReport]) async throws(LinkFailure)

    /// Asks for the reboot slot that the order under way needs.
    func rebootSlot(for order: String) async throws(LinkFailure) -> RebootSlotAnswer

    /// Gives a reboot slot back.
    func release(_ slot: RebootSlotRelease) async throws(LinkFailure)

    /// Uploads an inventory's JSON text under its SHA-256 in lower-case hexadecimal.
    func upload(_ inventory: [UInt8], digest: String) async throws(LinkFailure)

    /// Uploads what a program printed in an order, compressed by gzip.
    func upload(output: [UInt8], of order: String, named name: String) async throws(LinkFailure)
}
