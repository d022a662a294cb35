/// A row that nobody with the seal key wrote, or that was changed since; nothing is done by it.
package struct UnsealedRow: Error, Equatable, CustomStringConvertible {
    package enum Table: Equatable, Sendable {
        case commit(shard: Shard, position: Int64, stream: StreamID)
        case inbox
        case task
    }

    package var table: Table

    package init(_ table: Table) { self.table = table }

    package var description: String {
        switch table {
        case .commit(let shard, let position, let stream):
            """
            the row of table commit at shard \(shard) position \(position) (stream \(stream)) \(Self.reason); what stands behind it is not \
            believed. Restore the table from a backup, or take out what was put in, then the engine goes on by itself
            """
        case .inbox:
            "the row of table inbox \(Self.reason). Discard it; whoever sent it in earnest sends it again"
        case .task:
            "the row of table task \(Self.reason). Its stream waits for it in vain: have what asked for it start anew"
        }
    }

    private static let reason =
        "has no seal by this server's seal key: somebody without the key wrote or changed it. Find out who writes to the database"
}

extension UnsealedRow {
    init(_ commit: Commit) {
        self.init(.commit(shard: commit.shard, position: commit.position, stream: commit.stream))
    }
}
