/// Why the agent cannot do what it was told to.
package struct AgentFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}
