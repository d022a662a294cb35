package import Domain

/// How people prove to the console who they are.
///
/// The one place that knows of tokens: whatever stands behind the closures decides what a secret is worth.
package struct ConsoleAccess: Sendable {
    /// nil for a secret that is nobody's.
    package typealias Authenticate = @Sendable (_ secret: String) async throws -> Principal?
    /// Whether what somebody signed in with still counts.
    package typealias IsCurrent = @Sendable (Principal) async throws -> Bool

    let authenticate: Authenticate
    let isCurrent: IsCurrent
    let provider: ProviderLogin?

    /// - Parameter provider: nil where people sign in with tokens alone.
    package init(
        authenticate: @escaping Authenticate,
        isCurrent: @escaping IsCurrent,
        provider: ProviderLogin? = nil
    ) {
        self.authenticate = authenticate
        self.isCurrent = isCurrent
        self.provider = provider
    }
}
