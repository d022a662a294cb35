package import AgentProtocol

/// Windows itself as the script tells of it: its boots, and what it offers.
package struct WindowsHost: BootControl, ConditionSource {
    /// Ports from here on are given by chance: learn.microsoft.com/troubleshoot/windows-server/networking/default-dynamic-port-range-tcpip-chang.
    private static let firstChancePort = 49_152

    private let updates: WindowsUpdate
    private let command: Boot

    /// - Parameter command: the reboot command.
    package init(updates: WindowsUpdate, rebootCommand command: [String]) {
        self.updates = updates
        self.command = Boot(identityFile: "", command: command)
    }

    /// The build with its revision stands for the kernel.
    package func current() async throws(StepFailure) -> BootFacts { try await updates.facts().boot }

    package func reboot(clock: any Clock<Duration>) async throws -> String { try await command.reboot(clock: clock) }

    package func read() async -> HostCondition {
        guard let found = await found() else { return HostCondition() }
        let sockets = found.sockets.filter { $0.port < Self.firstChancePort }
        return HostCondition(
            failedUnits: found.failedServices.sorted(),
            sockets: sockets.sorted { ($0.port, $0.address) < ($1.port, $1.address) },
            mounts: found.volumes.sorted()
        )
    }

    package func isStarting() async -> Bool { await found()?.isStarting ?? false }

    private struct Found: Decodable {
        var isStarting: Bool
        /// Automatic services that ended with an error.
        var failedServices: [String]
        var sockets: [ListeningSocket]
        var volumes: [String]
    }

    /// nil where nothing can be told.
    private func found() async -> Found? {
        do throws(StepFailure) {
            return try await updates.converse([(.condition, nil)], updates.limits.query).answer(to: .condition)
        } catch {
            return nil
        }
    }
}
