import DurableStreams

extension FleetQuestions {
    /// How the log stands, by a look at the last commit of every shard.
    package func logStanding() async throws -> LogStanding {
        let heads = try await reader.heads()
        return LogStanding(
            heads: heads.map { head in
                let digits = head.chain.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
                return LogStanding.Head(shard: head.shard.rawValue, position: head.position, chain: digits)
            },
            unsealed: heads.filter { !$0.isSealed }.map(\.shard.rawValue),
            firstAt: try await reader.commits(after: LogCursor(), limit: 1).commits.first?.at,
            lastAt: heads.map(\.at).max()
        )
    }
}
