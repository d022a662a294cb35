/// The name of a stream, `KIND/REST` such as `cycle/2026-11-monthly`.
///
/// The part before the first slash names the ``StreamKind`` that decides for it.
package struct StreamID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let rawValue: String
    package let shard: Shard

    package init(_ rawValue: String) {
        self.rawValue = rawValue
        shard = Shard(of: rawValue)
    }

    package init(kind: String, name: String) { self.init("\(kind)/\(name)") }

    package var kind: String { String(rawValue.prefix { $0 != "/" }) }
    /// What follows the kind; empty when there is no slash.
    package var name: String { String(rawValue.drop { $0 != "/" }.dropFirst()) }
    package var description: String { rawValue }

    package static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

    package func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
