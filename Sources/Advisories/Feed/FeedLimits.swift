/// What a feed may hold at most; real ones stay far below.
package enum FeedLimits {
    /// Bytes of a whole feed, uncompressed: 4 GiB.
    package static let feedBytes = 4 << 30
    /// Bytes of one entry, also of a file that is one entry.
    static let entryBytes = 32 << 20
    /// What an element counts beside its text: about what it takes in memory.
    static let nodeBytes = 256
    /// Bytes of one line.
    static let lineBytes = 1 << 20
    /// Elements, objects and arrays within each other.
    static let depth = 64
    /// Packages that one advisory fixes.
    static let fixes = 50_000
    static let cves = 10_000
    /// Products that a document names.
    static let products = 50_000
    /// Bytes of an id, a name, a version.
    static let tokenBytes = 512
    /// Bytes of a title; longer ones are cut.
    static let titleBytes = 1_000
    /// Files in a folder.
    static let files = 2_000_000
    /// Bytes that are read at a time.
    static let chunkBytes = 64 << 10
}
