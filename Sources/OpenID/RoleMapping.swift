package import Domain
import FoundationEssentials

/// Which roles the values of a claim give.
package struct RoleMapping: Equatable, Sendable {
    /// Such as `groups`; dots lead into objects, as in `realm_access.roles`.
    package var claim: String
    /// By value of the claim.
    package var roles: [String: [AccessRole]]

    package init(claim: String, roles: [String: [AccessRole]]) {
        self.claim = claim
        self.roles = roles
    }

    /// - Parameter json: an object such as `{"patch-admins": ["admin"], "soc": ["viewer", "auditor"]}`.
    /// - Throws: ``RoleMappingError`` for what is no such object.
    package init(claim: String, json: [UInt8]) throws(RoleMappingError) {
        do {
            self.init(claim: claim, roles: try JSONDecoder().decode([String: [AccessRole]].self, from: Data(json)))
        } catch {
            throw RoleMappingError(reason: "\(error)")
        }
    }

    func roles(of claims: Claims) -> Set<AccessRole> {
        Set((claims[claim]?.texts ?? []).flatMap { roles[$0] ?? [] })
    }
}

/// Why a mapping of roles could not be read.
package struct RoleMappingError: Error, CustomStringConvertible {
    package var reason: String

    package var description: String {
        let known = AccessRole.allCases.map(\.rawValue).joined(separator: ", ")
        return "it is not a JSON object from values of the claim to lists of roles (\(known)), such as "
            + "{\"patch-admins\": [\"admin\"]}: \(reason)"
    }
}
