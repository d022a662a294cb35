/// What a person may be asked to be to approve.
package enum ApprovalRole: String, Codable, Sendable, CaseIterable {
    case `operator`
    case approver
}
