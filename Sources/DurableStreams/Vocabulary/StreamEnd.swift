/// How far a stream has come: with equal ends it is the same stream, event by event, though the database was brought back meanwhile.
package struct StreamEnd: Equatable, Sendable {
    /// How many events it has.
    package let version: Int64
    /// Of its last commit; it stands for all of the shard up to there.
    package let chain: [UInt8]

    package init(version: Int64, chain: [UInt8]) {
        self.version = version
        self.chain = chain
    }

    init(_ last: Commit) { self.init(version: last.version, chain: last.chain) }

    /// Of a stream without events.
    package static let start = Self(version: 0, chain: [])
}
