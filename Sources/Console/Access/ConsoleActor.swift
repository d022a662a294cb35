package import Domain

/// Who works with the console.
package struct ConsoleActor: Equatable, Sendable {
    /// The name that decisions are recorded under.
    package var name: String
    package var principal: Principal

    package init(name: String, principal: Principal) {
        self.name = name
        self.principal = principal
    }
}
