/// A statement's text under a name; make each a static constant.
///
/// The server parses and plans it once per connection: it is prepared on first use, in the same round trip.
package struct SQL: Sendable {
    /// What errors, logs and `pg_prepared_statements` call it such as `engine_append_commits`; at most 40 characters.
    package let name: String
    package let text: String
    let digest: UInt64

    package init(_ name: String, _ text: String) {
        precondition(name.utf8.count <= 40, "the name of a statement has at most 40 characters: \(name)")
        self.name = name
        self.text = text
        digest = FNV.hash(text.utf8)
    }

    /// The statement with its parameters, `$1` first.
    package func callAsFunction(_ parameters: Parameter...) -> Statement { Statement(self, parameters) }
}

/// The 64-bit FNV-1a hash: enough to tell one program's own statements apart.
enum FNV {
    static func hash(_ bytes: some Sequence<UInt8>, from seed: UInt64 = 0xcbf2_9ce4_8422_2325) -> UInt64 {
        bytes.reduce(into: seed) { hash, byte in hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
}
