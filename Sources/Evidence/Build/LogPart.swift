import Domain
import DurableStreams
import PatchStreams
import Time

/// The log as far as it goes into a bundle.
struct LogPart: Sendable {
    /// Commits read at a time, and shards looked at in one statement: they bound the memory, which a commit of a large flush uses
    /// 300 kB of.
    private static let pageCommits = 64
    private static let shardsAtOnce = 16

    let store: any LogStore
    /// In each shard the last commit before the period.
    let begin: LogCursor
    /// In each shard the last commit before ``lookback``.
    let lookback: LogCursor
    /// In each shard the last commit of the period.
    let end: LogCursor

    /// How long before the period a scan still proves something of its begin.
    private static let lookbackTime = Duration.seconds(NodeCompliance.scanLifetimeSeconds)

    init(_ store: any LogStore, of span: Range<Timestamp>) async throws {
        self.store = store
        // A shard that ends with a row that no server wrote is not left out: nobody would miss it.
        if let foreign = try await store.heads(of: Shard.all).first(where: { $0.position > 0 && !$0.isSealed }) {
            throw EvidenceError.brokenLog("shard \(foreign.shard) position \(foreign.position)")
        }
        let heads = try await StreamReader(store: store).end()
        end = try await Self.last(before: span.upperBound, upTo: heads, store)
        begin = try await Self.last(before: span.lowerBound, upTo: end, store)
        lookback = try await Self.last(before: span.lowerBound - Self.lookbackTime, upTo: begin, store)
    }

    /// The commits of a shard behind a position, to the end, in order.
    func forEachCommit(of shard: Shard, after position: Int64, _ body: (Commit) throws -> Void) async throws {
        var position = position
        while position < end[shard] {
            let place = LogPlace(shard: shard, position: position)
            let page = try await store.commits(behind: [place], limitOfEach: Self.pageCommits)
            for commit in page where commit.position <= end[shard] { try body(commit) }
            guard let last = page.last else { return }
            position = last.position
        }
    }

    /// The events of a stream from its first one to the end, in order, those before the period among them.
    func forEachEvent<Aggregate: StreamBound>(
        of name: String,
        _ type: Aggregate.Type,
        _ body: (Aggregate.Event, StoredEvent) throws -> Void
    ) async throws {
        let (stream, decider) = (Aggregate.stream(name), DomainDecider<Aggregate>.withoutEffects)
        var version: Int64 = 0
        while true {
            let page = try await store.commits(of: stream, after: version, limit: Self.pageCommits)
            for commit in page {
                guard commit.position <= end[commit.shard] else { return }
                for stored in try commit.storedEvents() { try body(try decider.decode(stored.event), stored) }
            }
            guard let last = page.last, page.count == Self.pageCommits else { return }
            version = last.version
        }
    }

    /// Whether it is of the period, not of before.
    func isInside(_ event: StoredEvent) -> Bool { event.position > begin[event.shard] }

    // MARK: - Steps

    /// In each shard the last commit before a moment: a shard's time does not go back.
    private static func last(
        before moment: Timestamp,
        upTo heads: LogCursor,
        _ store: any LogStore
    ) async throws -> LogCursor {
        var (low, high) = (LogCursor(), heads)
        while true {
            let open = Shard.all.filter { low[$0] < high[$0] }
            guard !open.isEmpty else { return low }
            for start in stride(from: 0, to: open.count, by: shardsAtOnce) {
                let shards = open[start..<min(start + shardsAtOnce, open.count)]
                let places = shards.map { LogPlace(shard: $0, position: (low[$0] + high[$0] + 1) / 2 - 1) }
                for commit in try await store.commits(behind: places, limitOfEach: 1) {
                    let asked = (low[commit.shard] + high[commit.shard] + 1) / 2
                    guard commit.position == asked else {
                        throw EvidenceError.brokenLog("shard \(commit.shard) position \(asked)")
                    }
                    if commit.at < moment {
                        low[commit.shard] = commit.position
                    } else {
                        high[commit.shard] = commit.position - 1
                    }
                }
            }
        }
    }
}
