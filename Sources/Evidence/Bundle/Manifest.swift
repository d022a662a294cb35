import FoundationEssentials

/// What a bundle is, and what is in it: the signature is over the bytes of its file, which are its canonical JSON.
///
/// Digests, chain values and roots are SHA-256 in lower-case hexadecimal, times ISO 8601 in UTC.
package struct Manifest: Codable, Equatable, Sendable {
    package static let format = "ringmaster-evidence-1"

    package struct Period: Codable, Equatable, Sendable {
        /// As in `2026-06`.
        package var name: String
        package var begin: String
        /// Of a month that was not over yet, when the bundle was built.
        package var end: String
        package var isOver: Bool
    }

    /// What made the bundle.
    package struct Tool: Codable, Equatable, Sendable {
        package var name: String
        /// Of its executable.
        package var sha256: String

        package init(name: String, sha256: String) {
            self.name = name
            self.sha256 = sha256
        }
    }

    /// A commit by its place and chain value; position 0 stands before the first of a shard.
    package struct Head: Codable, Equatable, Sendable {
        package var position: Int64
        package var chain: String
    }

    /// The part of a shard's log that is in the bundle: all commits behind `before`, up to `last`.
    package struct ShardRange: Codable, Equatable, Sendable {
        package var shard: Int
        package var before: Head
        package var last: Head
    }

    /// The external list of hosts that the population was compared with.
    package struct HostList: Codable, Equatable, Sendable {
        package var sha256: String
        package var hosts: Int
        package var onlyTheirs: Int
        package var onlyOurs: Int
    }

    package struct File: Codable, Equatable, Sendable {
        /// Relative, with slashes.
        package var path: String
        package var sha256: String
        package var bytes: Int
        /// Rows below the header, or lines; nil for what is no table.
        package var rows: Int?
    }

    package var format = Self.format
    package var period: Period
    package var builtAt: String
    package var tool: Tool
    /// What the tables, not the events, are limited to; empty for the whole fleet.
    package var sites: [String]
    /// Digests of the policies that were in force, in turn.
    package var policies: [String]
    /// Of `population.csv`.
    package var fleet: String
    package var hostList: HostList?
    /// The raw Ed25519 public key in base64.
    package var publicKey: String
    /// The address of the authority whose timestamp lies beside the manifest.
    package var timestampAuthority: String?
    /// Of every shard that has a commit, by number.
    package var shards: [ShardRange]
    /// By path.
    package var files: [File]

    /// Sorted keys, no spaces.
    package var canonicalBytes: [UInt8] { get throws { try CanonicalCoding.bytes(self) } }
}

/// The roots over a bundle's parts, in `merkle.json`: trees of RFC 6962 §2.1.
struct MerkleRoots: Codable, Equatable, Sendable {
    struct Root: Codable, Equatable, Sendable {
        var leaves: Int
        var root: String
    }

    /// Leaves: the lines of the events' files without their ends, by shard and position.
    var events: Root
    /// Leaves: path, line feed, SHA-256 of each file but `merkle.json`, by path.
    var files: Root
}

enum CanonicalCoding {
    static func bytes(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }
}

extension MerkleRoots {
    /// - Parameter files: by path.
    init(events: MerkleTree, files: [Manifest.File]) {
        var tree = MerkleTree()
        for file in files { tree.append("\(file.path)\n\(file.sha256)".utf8) }
        self.init(events: Root(events), files: Root(tree))
    }
}

extension MerkleRoots.Root {
    init(_ tree: MerkleTree) { self.init(leaves: tree.count, root: Hexadecimal.text(tree.root)) }
}
