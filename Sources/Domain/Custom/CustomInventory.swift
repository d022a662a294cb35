/// One type of inventory that others report of a node, such as `Custom:RackInfo`.
package struct CustomInventory: Equatable, Sendable {
    package typealias Entry = [String: String]

    /// SSM's quota for the entries of a type, as JSON.
    package static let mostBytes = 200 << 10
    /// SSM's quota.
    package static let mostAttributes = 50

    package var type: String
    package var schemaVersion: String
    /// As it was given: `2026-06-16T02:00:00Z`.
    package var capturedAt: String
    /// As it was given; nil when it came without one.
    package var hash: String?
    package var entries: [Entry]

    package init(type: String, schemaVersion: String, capturedAt: String, hash: String?, entries: [Entry]) {
        (self.type, self.schemaVersion, self.capturedAt) = (type, schemaVersion, capturedAt)
        (self.hash, self.entries) = (hash, entries)
    }

    /// The names of what any entry has, sorted.
    package var attributes: [String] { entries.reduce(into: Set<String>()) { $0.formUnion($1.keys) }.sorted() }

    /// - Parameter bytes: of the entries as they are kept.
    /// - Throws: ``CustomRefusal`` for more than is kept of one type.
    package func check(bytes: Int) throws(CustomRefusal) {
        guard attributes.count <= Self.mostAttributes else {
            throw .malformed(type, detail: "it has more than \(Self.mostAttributes) attributes")
        }
        guard bytes <= Self.mostBytes else { throw .tooLarge(type, most: Self.mostBytes) }
    }
}
