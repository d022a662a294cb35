/// Why the agent cannot do what it was told to.
package struct AgentFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}

extension AgentFailure {
    /// What is no URL of a control plane.
    static func noAddress(_ server: String) -> Self {
        Self(
            "\(server) is not the address of a control plane: expected a URL such as https://host:7440, without a user's name"
        )
    }

    /// Plain HTTP to another machine that nobody allowed.
    static func exposed(_ server: String) -> Self {
        Self(
            """
            \(server) is not https: whoever is on the way could read what is sent and answer in its place; enrol with an https \
            address, or with --insecure-http
            """
        )
    }
}
