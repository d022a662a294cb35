/// Who sends a request, as it was proved.
package struct Principal: Equatable, Sendable {
    /// The name under which the local account of the server's data folder acts where no other is given.
    package static let breakGlassName = "operator"

    /// How it proved itself.
    package enum Proof: Equatable, Sendable {
        /// By nothing.
        case nothing
        /// By the secret in the server's data folder.
        case breakGlass
        /// By a token of the API, with its id.
        case token(String)
        /// By a token of an identity provider, with the issuer.
        case identityProvider(String)
    }

    package var proof: Proof
    /// What its decisions are recorded under: one person has one name, however it proves itself.
    package var name: String
    package var roles: Set<AccessRole>
    package var scope: AccessScope

    package init(proof: Proof, name: String, roles: Set<AccessRole>, scope: AccessScope = .unlimited) {
        self.proof = proof
        self.name = name
        self.roles = roles
        self.scope = scope
    }

    /// The local account: an admin of everything, for the first start and for the day that nothing else works.
    package static let breakGlass = Self(proof: .breakGlass, name: breakGlassName, roles: [.admin])

    /// Somebody who has proved nothing and may do nothing.
    package static let nobody = Self(proof: .nothing, name: "nobody", roles: [])

    /// Unique among all principals, for limits and for the audit: `break-glass`, `token/ID` or `identity/NAME`.
    package var id: String {
        switch proof {
        case .nothing: "nobody"
        case .breakGlass: "break-glass"
        case .token(let id): "token/\(id)"
        case .identityProvider: "identity/\(name)"
        }
    }

    package var approvalRoles: Set<ApprovalRole> { roles.reduce(into: []) { $0.formUnion($1.approvalRoles) } }

    /// The name under which a decision is recorded: its own, but for the local account, which may give any.
    ///
    /// - Throws: ``AccessRefusal/notTheirName(principal:claimed:)`` where another name is claimed.
    package func actor(claiming claimed: String?) throws(AccessRefusal) -> String {
        guard let claimed, claimed != name else { return name }
        guard proof == .breakGlass else { throw .notTheirName(principal: name, claimed: claimed) }
        return claimed
    }

    package func has(_ permission: Permission) -> Bool { roles.contains { $0.permissions.contains(permission) } }

    /// - Throws: ``AccessRefusal/notPermitted(principal:permission:)`` where none of its roles has the permission.
    package func check(_ permission: Permission) throws(AccessRefusal) {
        guard has(permission) else { throw .notPermitted(principal: name, permission: permission) }
    }

    /// - Throws: ``AccessRefusal/outOfScope(principal:)`` where not all that is concerned lies within its scope.
    package func check(_ reach: AccessReach) throws(AccessRefusal) {
        guard reach.lies(within: scope) else { throw .outOfScope(principal: name, scope: scope) }
    }
}
