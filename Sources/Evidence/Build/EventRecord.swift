import Domain
import DurableStreams
import PatchStreams

/// Reads the whole log, writes the commits of the period, and notes which streams they are of.
///
/// It begins with the first commit of every shard: which nodes there were follows from all commits, each sealed and chained to the
/// one before it, and from no table that somebody could take a row out of unseen.
struct EventRecord {
    private(set) var shards: [Manifest.ShardRange] = []
    private(set) var tree = MerkleTree()
    /// Rollouts and cycles that went on in the period or shortly before it.
    private(set) var rollouts: Set<String> = []
    private(set) var cycles: Set<String> = []
    /// All that ever were.
    private(set) var nodes: Set<String> = []

    init(_ log: LogPart, to folder: BundleFolder) async throws {
        for shard in Shard.all where log.end[shard] > 0 { try await record(shard, of: log, to: folder) }
    }

    private mutating func record(_ shard: Shard, of log: LogPart, to folder: BundleFolder) async throws {
        var (head, before) = (ChainHead.genesis(shard), ChainHead.genesis(shard))
        var file: BundleFile?
        try await log.forEachCommit(of: shard, after: 0) { commit in
            guard commit.position == head.position + 1, Chain.value(of: commit, after: head.chain) == commit.chain
            else { throw EvidenceError.brokenLog("shard \(shard) position \(head.position + 1)") }
            head = commit.head
            note(commit, log)
            guard commit.position > log.begin[shard] else { return before = head }
            let line = try CanonicalCoding.bytes(CommitLine(commit))
            let open = try file ?? Self.begin(shard, in: folder)
            try open.write(line + [UInt8(ascii: "\n")])
            open.countRow()
            tree.append(line)
            file = open
        }
        guard head.position == log.end[shard] else {
            throw EvidenceError.brokenLog("shard \(shard) position \(head.position + 1)")
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

    private mutating func note(_ commit: Commit, _ log: LogPart) {
        let isLate = commit.position > log.lookback[commit.shard]
        switch commit.stream.kind {
        case Node.streamKind: nodes.insert(commit.stream.name)
        case Rollout.streamKind where isLate: rollouts.insert(commit.stream.name)
        case Cycle.streamKind where isLate: cycles.insert(commit.stream.name)
        default: return
        }
    }
}

extension Manifest.Head {
    init(_ head: ChainHead) { self.init(position: head.position, chain: Hexadecimal.text(head.chain)) }
}
