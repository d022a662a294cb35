/// Something on a host that is not as it should be.
package struct Finding: Codable, Equatable, Sendable {
    /// What was looked at, in a word such as `package-database`.
    package var check: String
    /// What is wrong, on what and why.
    package var detail: String
    /// What a person does about it.
    package var advice: String
    /// Whether the doctor mends it when it is told to.
    package var isRepairable: Bool

    package init(_ check: String, _ detail: String, advice: String, isRepairable: Bool = false) {
        self.check = check
        self.detail = detail
        self.advice = advice
        self.isRepairable = isRepairable
    }
}

/// Looks for one thing that commonly breaks on a host.
protocol HealthCheck: Sendable {
    /// The word for it.
    var name: String { get }

    /// What is wrong; nothing when all is well. Changes nothing.
    func findings() async throws -> [Finding]

    /// Mends what is repairable.
    ///
    /// - Returns: what was done.
    func repair() async throws -> String
}

extension HealthCheck {
    func repair() async throws -> String { throw AgentFailure("nothing of this mends itself") }
}
