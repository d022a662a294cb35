import DurableStreams

/// What `log verify` found, for machines and for people.
struct LogVerdict: Encodable {
    struct Head: Codable {
        let shard: Int16
        let position: Int64
        /// The chain value, hexadecimal.
        let chain: String
    }

    struct Finding: Encodable {
        let shard: Int
        let position: Int64
        let stream: String?
        let what: String
    }

    let isValid: Bool
    let commits: Int64
    let events: Int64
    let heads: [Head]
    let finding: Finding?
    /// How many heads of an earlier time were looked for and found.
    let keptHeads: Int

    init(_ report: LogReport, since kept: [ChainHead]) {
        isValid = report.finding == nil
        commits = report.commits
        events = report.events
        heads = report.heads.map { head in
            let digits = head.chain.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            return Head(shard: head.shard.rawValue, position: head.position, chain: digits)
        }
        finding = report.finding.map { finding in
            Finding(
                shard: Int(finding.shard.rawValue),
                position: finding.position,
                stream: finding.stream?.rawValue,
                what: finding.description
            )
        }
        keptHeads = report.finding == nil ? kept.count : 0
    }

    var text: String {
        if let finding { return "log verify: FAILED at \(finding.what)" }
        let kept = keptHeads > 0 ? ", all \(keptHeads) kept heads are in it" : ""
        return
            "log verify: ok, \(commits) commits with \(events) events in \(heads.count) shards, every chain value matches"
            + kept
    }
}
