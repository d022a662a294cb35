package import AgentProtocol

extension HostCondition {
    /// What was there before and is not any more, in words, sorted by kind; what nobody can tell of is not missed.
    package func losses(since before: HostCondition) -> [String] {
        var losses: [String] = []
        if let failedUnits, let known = before.failedUnits {
            losses += failedUnits.filter { !known.contains($0) }.map { "\($0) has failed" }
        }
        if let sockets, let known = before.sockets {
            losses += known.filter { !$0.isServed(by: sockets) }.map { "nothing listens on \($0)" }
        }
        if let mounts, let known = before.mounts {
            losses += known.filter { !mounts.contains($0) }.map { "\($0) is not mounted" }
        }
        return losses
    }
}

extension ListeningSocket {
    /// Addresses that stand for all of their family; an IPv6 one usually for IPv4, too.
    private static let wildcards: Set<String> = ["0.0.0.0", "[::]"]

    /// Whether a connection to it is taken, by whatever program.
    fileprivate func isServed(by sockets: [ListeningSocket]) -> Bool {
        sockets.contains { $0.port == port && ($0.address == address || Self.wildcards.contains($0.address)) }
    }
}
