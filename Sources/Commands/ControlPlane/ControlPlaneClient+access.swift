package import Client
package import ReadModels

/// What an admin and an auditor can ask of a control plane.
extension ControlPlaneClient {
    package func createToken(_ request: CreateToken) async throws -> NewTokenView {
        try await post(.api("tokens"), request)
    }

    package func tokens() async throws -> [TokenView] {
        let page: Listing<TokenView> = try await get(.api("tokens"))
        return page.items
    }

    package func revoke(token id: String, _ request: RevokeToken) async throws -> TokenView {
        try await post(.api("tokens", id, "revoke"), request)
    }

    package func createAccessKey(_ request: CreateToken) async throws -> NewTokenView {
        try await post(.api("access-keys"), request)
    }

    package func accessKeys() async throws -> [TokenView] {
        let page: Listing<TokenView> = try await get(.api("access-keys"))
        return page.items
    }

    package func revoke(accessKey id: String, _ request: RevokeToken) async throws -> TokenView {
        try await post(.api("access-keys", id, "revoke"), request)
    }

    /// The newest entries of a month's audit, oldest first.
    ///
    /// - Parameter month: such as `2026-11`; nil for the present one.
    package func audit(latest count: Int, month: String?) async throws -> AuditPage {
        try await get(.api("audit", query: ["last": "\(count)", "month": month]))
    }
}
