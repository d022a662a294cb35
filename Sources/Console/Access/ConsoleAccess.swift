/// Who works with the console, and what they may do.
package struct ConsoleActor: Equatable, Sendable {
    /// What a person may decide.
    package enum Permission: Equatable, Hashable, Sendable {
        /// To pause, resume and abort cycles.
        case steer
        /// To approve at gates.
        case approve
    }

    /// The name that decisions are recorded under.
    package var name: String
    package var permissions: Set<Permission>

    package init(name: String, permissions: Set<Permission>) {
        self.name = name
        self.permissions = permissions
    }
}

/// How people prove to the console who they are.
///
/// The one place that knows of tokens: whatever stands behind the closure decides what a secret is worth.
package struct ConsoleAccess: Sendable {
    /// nil for a secret that is nobody's.
    ///
    /// The name is what the person typed; a secret that is of one person brings its own.
    package typealias Authenticate = @Sendable (_ secret: String, _ name: String) async throws -> ConsoleActor?

    let authenticate: Authenticate

    package init(authenticate: @escaping Authenticate) { self.authenticate = authenticate }
}
