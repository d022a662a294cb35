/// What a principal is entrusted with; a principal with several roles may do what any of them may.
package enum AccessRole: String, Codable, CaseIterable, Sendable {
    case viewer, `operator`, approver, admin, auditor

    package var permissions: Set<Permission> {
        switch self {
        case .viewer: [.read]
        case .operator: [.read, .steer, .run, .approve, .enrol, .changePolicy, .repair]
        case .approver: [.read, .approve]
        case .admin: Set(Permission.allCases)
        case .auditor: [.read, .readAudit]
        }
    }

    /// As whom a gate takes its approval: an approver may also approve what asks for an operator.
    package var approvalRoles: Set<ApprovalRole> {
        switch self {
        case .viewer, .auditor: []
        case .operator: [.operator]
        case .approver, .admin: Set(ApprovalRole.allCases)
        }
    }

    /// The roles that have a permission, for those who lack it.
    package static func having(_ permission: Permission) -> [Self] {
        allCases.filter { $0.permissions.contains(permission) }
    }
}
