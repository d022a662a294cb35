/// The body of a request that changes something.
package protocol Decision: Decodable, Sendable {
    /// Who decides; nil for the one that the token names. Only the local account may give another name.
    var by: String? { get set }
    /// Why, for the audit; nil where the body gives no reason.
    var statedReason: String? { get }
}

extension Decision {
    package var statedReason: String? { nil }
}

extension AcceptPatch { package var statedReason: String? { reason } }
extension ApproveStage { package var statedReason: String? { reason } }
extension RejectPatch { package var statedReason: String? { reason } }
extension ReleaseRebootSlot { package var statedReason: String? { reason } }
extension RevokeNode { package var statedReason: String? { reason } }
extension RevokeToken { package var statedReason: String? { reason } }
extension SettleMessage { package var statedReason: String? { reason } }
extension SteerCycle { package var statedReason: String? { reason } }
