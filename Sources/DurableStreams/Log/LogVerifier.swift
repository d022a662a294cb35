/// Recomputes the hash chain of every shard from the stored rows.
package struct LogVerifier: Sendable {
    /// Commits read at a time: they bound the memory, which a commit of a large flush uses 300 kB of.
    private static let pageCommits = 64

    private let store: any LogStore

    package init(store: any LogStore) { self.store = store }

    /// Reads the whole log and stops at the first commit that is not as it was written.
    ///
    /// What was cut off at the end of a shard, or written anew from some commit on, cannot be seen from the log alone. A store that
    /// checks seals shows also what was written by somebody without the key.
    ///
    /// - Parameter kept: ``LogReport/heads`` of an earlier time that were kept elsewhere: each must still be in the log.
    package func verify(since kept: [ChainHead] = []) async throws -> LogReport {
        var report = LogReport()
        for shard in Shard.all {
            if let finding = try await verify(shard, into: &report) {
                report.finding = finding
                return report
            }
        }
        report.finding = try await missing(kept)
        return report
    }

    // MARK: - Steps

    /// The first of the heads that is not in the log.
    private func missing(_ kept: [ChainHead]) async throws -> LogFinding? {
        for head in kept where try await !store.contains(head) {
            return LogFinding(shard: head.shard, position: head.position, stream: nil, what: .lostHead)
        }
        return nil
    }

    private func verify(_ shard: Shard, into report: inout LogReport) async throws -> LogFinding? {
        var verification = ShardVerification(of: shard)
        defer { report.events += verification.events }
        var limit = Self.pageCommits
        while true {
            let place = LogPlace(shard: shard, position: verification.head.position)
            let page: [Commit]
            do throws(StoreError) {
                page = try await store.commits(behind: [place], limitOfEach: limit)
            } catch {
                guard error.code == .unsealed else { throw error }
                guard limit > 1 else {
                    return LogFinding(shard: shard, position: place.position + 1, stream: nil, what: .unsealed)
                }
                // One by one up to that commit.
                limit = 1
                continue
            }
            for commit in page {
                if let finding = verification.finding(at: commit) { return finding }
                report.commits += 1
            }
            guard page.count == limit else { break }
        }
        if verification.head.position > 0 { report.heads.append(verification.head) }
        return nil
    }
}

/// What reading the whole log has shown.
package struct LogReport: Equatable, Sendable {
    package var commits: Int64 = 0
    package var events: Int64 = 0
    /// The last commit of every shard that has one, by shard.
    package var heads: [ChainHead] = []
    /// The first commit that is wrong; nil when the log is whole.
    package var finding: LogFinding?

    package init() {}
}

/// A place where the log is not as it was written.
package struct LogFinding: Equatable, Sendable, CustomStringConvertible {
    package enum Problem: Equatable, Sendable {
        /// There is no commit at the position though there are later ones.
        case missing
        /// The row, or one before it, was changed, put in or moved.
        case chainMismatch
        /// The stream's events are not numbered without gaps.
        case versionGap(expected: Int64, found: Int64)
        /// The events are not a list of events.
        case unreadableEvents
        /// The log is whole in itself, and is not the one that had this commit.
        case lostHead
        /// The row, or one that stands in its place, was not written with the seal key.
        case unsealed
    }

    package var shard: Shard
    package var position: Int64
    /// The stream of the commit at which it was noticed; nil when there is no such commit.
    package var stream: StreamID?
    package var what: Problem

    package var description: String {
        let place = "shard \(shard) position \(position)"
        let stream = stream.map { "\($0)" } ?? "none"
        switch what {
        case .missing:
            return "\(place): the commit is missing; it was deleted"
        case .chainMismatch:
            return
                "\(place): the commit (stream \(stream)) does not match its chain value; the row was changed, moved or put in"
        case .versionGap(let expected, let found):
            return "\(place): stream \(stream) has version \(found) where \(expected) must be"
        case .unreadableEvents:
            return "\(place): the events of stream \(stream) cannot be read"
        case .unsealed:
            return "\(place): the commit has no seal by the seal key; somebody without the key wrote or changed it"
        case .lostHead:
            return
                "\(place): the commit that was the last one there is gone; later commits were cut off or written anew, "
                + "or the database was brought back to an earlier moment"
        }
    }
}
