/// Recomputes the hash chain of one shard, commit by commit.
package struct ShardVerification: Sendable {
    /// The last commit that was as it was written.
    package private(set) var head: ChainHead
    package private(set) var events: Int64 = 0
    private var versions: [StreamID: Int64] = [:]

    package init(of shard: Shard) { head = .genesis(shard) }

    /// What is wrong with the next commit; nil when it is as it was written.
    package mutating func finding(at commit: Commit) -> LogFinding? {
        let version = versions[commit.stream] ?? 0
        if let problem = problem(of: commit, version: version) {
            return LogFinding(
                shard: head.shard,
                position: problem.position,
                stream: commit.stream,
                what: problem.what
            )
        }
        events += commit.version - version
        versions[commit.stream] = commit.version
        head = commit.head
        return nil
    }

    private func problem(of commit: Commit, version: Int64) -> (position: Int64, what: LogFinding.Problem)? {
        guard commit.position == head.position + 1 else { return (head.position + 1, .missing) }
        guard Chain.value(of: commit, after: head.chain) == commit.chain else {
            return (commit.position, .chainMismatch)
        }
        do throws(EventListError) {
            let count = Int64(try EventList.parse(commit.events).count)
            guard commit.version == version + count else {
                return (commit.position, .versionGap(expected: version + count, found: commit.version))
            }
        } catch {
            return (commit.position, .unreadableEvents)
        }
        return nil
    }
}
