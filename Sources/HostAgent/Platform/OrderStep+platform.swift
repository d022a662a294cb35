import AgentProtocol

extension Order.Step.Platform {
    #if os(Windows)
    static let current = windows
    /// The exit code that asks for a restart, after which the same step runs again.
    static let restartCode = 3_010
    #else
    static let current = linux
    /// The exit code that asks for a restart, after which the same step runs again.
    static let restartCode = 194
    #endif
}
