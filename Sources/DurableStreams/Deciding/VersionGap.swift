/// A stored commit that does not follow the one before it in its stream.
struct VersionGap: Error, CustomStringConvertible {
    var commit: Commit

    var description: String {
        "the commit at shard \(commit.shard) position \(commit.position) does not follow its predecessor; run the log verification"
    }
}

extension OpenStream {
    /// Folds the commit that follows what is folded.
    ///
    /// - Throws: ``VersionGap`` for another one, too.
    func take(_ commit: Commit) throws {
        try fold(commit)
        guard version == commit.version else { throw VersionGap(commit: commit) }
    }
}
