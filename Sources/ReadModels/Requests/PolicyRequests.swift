package import Domain
package import Time

/// `POST /api/v1/policy/diff`.
package struct DiffPolicy: Codable, Equatable, Sendable {
    package var policy: Policy

    package init(policy: Policy) { self.policy = policy }
}

/// `POST /api/v1/policy`: the whole policy.
package struct ApplyPolicy: Decision, Codable, Equatable, Sendable {
    package var policy: Policy
    /// The digest of the policy that it was compared with; nil when it is to hold whatever there is now.
    package var base: String?
    package var by: String?

    package init(policy: Policy, base: String?, by: String?) {
        self.policy = policy
        self.base = base
        self.by = by
    }
}

/// `POST /api/v1/policy/rejections`.
package struct RejectPatch: Decision, Codable, Equatable, Sendable {
    /// As in a baseline's rejected list.
    package var entry: String
    package var reason: String
    /// The last day on which it holds; nil for one without an end.
    package var expires: CivilDate?
    package var by: String?

    package init(entry: String, reason: String, expires: CivilDate?, by: String?) {
        self.entry = entry
        self.reason = reason
        self.expires = expires
        self.by = by
    }
}

/// `POST /api/v1/policy/acceptances`.
package struct AcceptPatch: Decision, Codable, Equatable, Sendable {
    package var entry: String
    package var reason: String
    package var by: String?

    package init(entry: String, reason: String, by: String?) {
        self.entry = entry
        self.reason = reason
        self.by = by
    }
}
