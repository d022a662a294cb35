import Time

/// A bounded part of the log behind a cursor, in the order of time.
struct LogPage {
    private(set) var commits: [Commit] = []
    private(set) var cursor: LogCursor

    /// - Parameters:
    ///   - found: the commits behind the cursor, by shard and in order.
    ///   - limit: how many were asked for of each shard; one that has as many may have more.
    ///   - end: what is not before it is left out; nil for none.
    ///
    /// A shard's time does not go back. So what is later than the last that was found of a shard that may have more is left
    /// for the next page; the shard that sets this bound is taken whole, so that every page gets on.
    init(_ found: [Commit], limitOfEach limit: Int, after cursor: LogCursor, before end: Timestamp? = nil) {
        self.cursor = cursor
        let shards = Dictionary(grouping: found, by: \.shard)
        let horizon = shards.values.filter { $0.count >= limit }.compactMap { $0.last?.at }.min()
        for commit in found where commit.at <= horizon ?? commit.at {
            if let end, commit.at >= end { continue }
            commits.append(commit)
            self.cursor[commit.shard] = commit.position
        }
        commits.sort { ($0.at, $0.shard, $0.position) < ($1.at, $1.shard, $1.position) }
    }
}
