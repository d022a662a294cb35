import Domain
import DurableStreams
import PatchStreams

/// Writes the commits of the period, and notes which streams they are of.
struct EventRecord {
    private(set) var shards: [Manifest.ShardRange] = []
    private(set) var tree = MerkleTree()
    /// Rollouts and cycles that went on in the period or shortly before it.
    private(set) var rollouts: Set<String> = []
    private(set) var cycles: Set<String> = []

    init(_ log: LogPart, to folder: BundleFolder) async throws {
        for shard in Shard.all where log.end[shard] > 0 { try await record(shard, of: log, to: folder) }
    }

    private mutating func record(_ shard: Shard, of log: LogPart, to folder: BundleFolder) async throws {
        let begin = log.begin[shard]
        var (head, before) = (ChainHead.genesis(shard), ChainHead.genesis(shard))
        var file: BundleFile?
        try await log.forEachCommit(of: shard, after: min(log.lookback[shard], max(0, begin - 1))) { commit in
            note(commit.stream)
            guard commit.position > begin else {
                (head, before) = (commit.head, commit.head)
                return
            }
            guard commit.position == head.position + 1, Chain.value(of: commit, after: head.chain) == commit.chain
            else { throw EvidenceError.brokenLog("shard \(shard) position \(head.position + 1)") }
            let line = try CanonicalCoding.bytes(CommitLine(commit))
            let open = try file ?? Self.begin(shard, in: folder)
            try open.write(line + [UInt8(ascii: "\n")])
            open.countRow()
            tree.append(line)
            (file, head) = (open, commit.head)
        }
        if let file { folder.add(try file.close()) }
        let number = Int(shard.rawValue)
        shards.append(Manifest.ShardRange(shard: number, before: Manifest.Head(before), last: Manifest.Head(head)))
    }

    private static func begin(_ shard: Shard, in folder: BundleFolder) throws(EvidenceError) -> BundleFile {
        let file = try BundleFile(BundleNames.events(of: Int(shard.rawValue)), in: folder.path)
        file.countRow()
        return file
    }

    private mutating func note(_ stream: StreamID) {
        switch stream.kind {
        case Rollout.streamKind: rollouts.insert(stream.name)
        case Cycle.streamKind: cycles.insert(stream.name)
        default: return
        }
    }
}

extension Manifest.Head {
    init(_ head: ChainHead) { self.init(position: head.position, chain: Hexadecimal.text(head.chain)) }
}
