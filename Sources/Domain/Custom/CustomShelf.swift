/// How much of one kind a node has of what others report of it: custom inventory, or custom compliance.
///
/// SSM's quotas where it has one, and what keeps a node from filling the database where it has none.
package struct CustomShelf: Equatable, Sendable {
    /// What is kept under the name of a type.
    package struct Record: Equatable, Sendable {
        /// As it was given; nil when it came without one.
        package var hash: String?
        package var bytes: Int

        package init(hash: String?, bytes: Int) { (self.hash, self.bytes) = (hash, bytes) }
    }

    /// What names of types begin with.
    package static let prefix = "Custom:"
    /// Of one node and kind.
    package static let mostTypes = 20
    /// Of one node and kind.
    package static let mostBytes = 1 << 20

    /// By the name of the type.
    package private(set) var records: [String: Record]

    package init(_ records: [String: Record] = [:]) { self.records = records }

    /// Whether the type is one that others may report.
    package static func isCustom(_ type: String) -> Bool {
        type.hasPrefix(prefix) && type.utf8.count > prefix.utf8.count
    }

    /// Whether what is kept of the type is what has the hash.
    package func has(_ hash: String?, of type: String) -> Bool { hash != nil && records[type]?.hash == hash }

    /// Puts the record in the place of what is kept of the type.
    ///
    /// - Throws: ``CustomRefusal`` for a type too many, and for more than a node may have.
    package mutating func put(_ record: Record, of type: String) throws(CustomRefusal) {
        var after = records
        after[type] = record
        guard after.count <= Self.mostTypes else { throw .tooManyTypes(type) }
        guard after.values.reduce(0, { $0 + $1.bytes }) <= Self.mostBytes else { throw .tooLargeTogether }
        records = after
    }
}

/// Why something that is reported of a node is not kept.
package enum CustomRefusal: Error, Equatable, Sendable {
    case tooManyTypes(String)
    case tooLargeTogether
    /// An item of inventory as a whole, or one item of compliance.
    case tooLarge(String, most: Int)
    /// The content is left out, and what is kept has another hash.
    case otherContent(String)
    case malformed(String, detail: String)
}
