/// Why somebody who is known is not let.
package enum AccessRefusal: DomainRefusal {
    case notPermitted(principal: String, permission: Permission)
    case outOfScope(principal: String, scope: AccessScope)
    /// Only the local account may say who acts; everybody else is who the token says.
    case notTheirName(principal: String, claimed: String)

    package var code: String {
        switch self {
        case .notPermitted: "not-permitted"
        case .outOfScope: "out-of-scope"
        case .notTheirName: "not-your-name"
        }
    }

    package var detail: String {
        switch self {
        case .notPermitted(let principal, let permission):
            "\(principal) lacks the permission \(permission.rawValue), which the roles "
                + "\(AccessRole.having(permission).map(\.rawValue).joined(separator: ", ")) have; ask somebody of such a role, "
                + "or an admin for a token that has one"
        case .outOfScope(let principal, let scope):
            "\(principal) may see and act on \(scope) alone, and this concerns other hosts, too; "
                + "ask somebody whose token covers them"
        case .notTheirName(let principal, let claimed):
            "this token is \(principal)'s and cannot act as \(claimed); leave out --as, which goes with the token in the "
                + "server's data folder alone"
        }
    }
}

extension AccessScope: CustomStringConvertible {
    /// For people, such as `sites Frankfurt; rings early, main`.
    package var description: String {
        let parts = [("sites", sites), ("rings", rings), ("patch groups", patchGroups)].filter { !$0.1.isEmpty }
        guard !parts.isEmpty else { return "all hosts" }
        return parts.map { "\($0.0) \($0.1.joined(separator: ", "))" }.joined(separator: "; ")
    }
}
