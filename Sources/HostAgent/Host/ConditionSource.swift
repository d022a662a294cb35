package import AgentProtocol

/// What a host offers, as its operating system tells it.
///
/// What cannot be read is unknown and no failure: nothing rests on it but the comparison of two boots.
package protocol ConditionSource: Sendable {
    /// Everything that the host offers now.
    func read() async -> HostCondition

    /// Whether what belongs to the boot is still being started.
    func isStarting() async -> Bool
}
