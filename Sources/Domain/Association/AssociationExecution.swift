package import Time

/// One run of an association: a command, whose cycle says what came of it.
package struct AssociationExecution: KeptExecution, Codable, Equatable, Sendable {
    /// From 1.
    package let number: Int
    /// Of the association, by which it runs.
    package let version: Int
    package let startedAt: Timestamp
    package internal(set) var status = ExecutionStatus.inProgress
    package internal(set) var details: String?
    package internal(set) var endedAt: Timestamp?
    /// Its command has been started.
    var isSent = false
}
