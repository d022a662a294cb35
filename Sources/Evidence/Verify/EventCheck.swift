import DurableStreams
import FoundationEssentials

/// Recomputes the chain of every shard of a bundle from its lines.
struct EventCheck {
    /// Of a line: more than a commit has, however it is escaped.
    private static let maximumLineBytes = 64 << 20

    let folder: String
    private(set) var tree = MerkleTree()
    private(set) var facts = EventFacts()
    private var versions: [StreamID: Int64] = [:]
    private var events = 0

    init(folder: String) { self.folder = folder }

    mutating func run(_ manifest: Manifest, _ present: Set<String>, _ report: inout BundleReport) throws {
        let shards = manifest.shards.map(\.shard)
        guard shards == Array(Set(shards)).sorted(), shards.allSatisfy((0..<Shard.count).contains) else {
            return report.add("its shards are not in order, or are none", in: BundleNames.manifest)
        }
        for range in manifest.shards where range.last.position > range.before.position {
            let path = BundleNames.events(of: range.shard)
            if !manifest.files.contains(where: { $0.path == path }) {
                report.add("shard \(range.shard) has commits, and the manifest lists no file of them", in: path)
            }
            if present.contains(path) { try run(range, path, &report) }
        }
    }

    // MARK: - Steps

    private mutating func run(_ range: Manifest.ShardRange, _ path: String, _ report: inout BundleReport) throws {
        var head = range.before
        var problem: String?
        try FileReader.forEachLine(of: "\(folder)/\(path)", maximumBytes: Self.maximumLineBytes) { line in
            tree.append(line)
            guard problem == nil else { return }
            problem = check(line, of: range.shard, &head)
            report.commits += 1
        }
        report.events = events
        if let problem { return report.add(problem, in: path) }
        if head.position < range.last.position {
            report.add("the commits of positions \(head.position + 1) to \(range.last.position) are missing", in: path)
        } else if head != range.last {
            report.add("it ends with another commit than position \(range.last.position) of the manifest", in: path)
        }
    }

    /// What is wrong with the next commit; nil when nothing is.
    private mutating func check(_ line: ArraySlice<UInt8>, of shard: Int, _ head: inout Manifest.Head) -> String? {
        let next = head.position + 1
        let commit: Commit
        do {
            guard let read = try JSONDecoder().decode(CommitLine.self, from: Data(line)).commit else {
                return "position \(next): it is no commit"
            }
            commit = read
        } catch {
            return "position \(next): it is no commit: \(error)"
        }
        guard commit.shard.rawValue == shard, let chain = Hexadecimal.bytes(head.chain) else {
            return "position \(next): it is of shard \(commit.shard)"
        }
        guard commit.position == next else {
            return commit.position > next
                ? "the commit of position \(next) is missing: position \(commit.position) follows"
                : "position \(commit.position) stands where \(next) must be"
        }
        guard Chain.value(of: commit, after: chain) == commit.chain else {
            return "position \(next) (stream \(commit.stream)): it does not match its chain value"
        }
        head = Manifest.Head(commit.head)
        return checkEvents(of: commit)
    }

    private mutating func checkEvents(of commit: Commit) -> String? {
        let place = "position \(commit.position) (stream \(commit.stream))"
        do {
            let count = Int64(try EventList.parse(commit.events).count)
            let before = versions.updateValue(commit.version, forKey: commit.stream)
            events += Int(count)
            if let before, commit.version != before + count {
                return "\(place): it has version \(commit.version) where \(before + count) must be"
            }
            try facts.take(commit)
            return nil
        } catch {
            return "\(place): its events cannot be read: \(error)"
        }
    }

}
