package import Time

/// What others say of a node's compliance with one type of rules, such as `Custom:Antivirus`.
package struct CustomCompliance: Equatable, Sendable {
    package struct Item: Codable, Equatable, Sendable {
        /// nil when it came without one.
        package var id: String?
        package var title: String?
        package var level: ComplianceLevel
        package var isCompliant: Bool
        package var details: [String: String]

        package init(
            id: String?,
            title: String?,
            level: ComplianceLevel,
            isCompliant: Bool,
            details: [String: String] = [:]
        ) {
            (self.id, self.title, self.level) = (id, title, level)
            (self.isCompliant, self.details) = (isCompliant, details)
        }

        /// Bytes of its texts.
        fileprivate var bytes: Int {
            details.reduce((id?.utf8.count ?? 0) + (title?.utf8.count ?? 0)) {
                $0 + $1.key.utf8.count + $1.value.utf8.count
            }
        }
    }

    /// Of one item's texts.
    package static let mostItemBytes = 16 << 10
    package static let mostItems = 10_000

    package var type: String
    package var executedAt: Timestamp
    package var executionID: String?
    package var executionType: String?
    /// As it was given; nil when it came without one.
    package var hash: String?
    package var items: [Item]

    package init(
        type: String,
        executedAt: Timestamp,
        executionID: String? = nil,
        executionType: String? = nil,
        hash: String? = nil,
        items: [Item]
    ) {
        (self.type, self.executedAt, self.executionID) = (type, executedAt, executionID)
        (self.executionType, self.hash, self.items) = (executionType, hash, items)
    }

    /// How many of the items are compliant, and how many are not, by level.
    package var counts: (compliant: [String: Int], nonCompliant: [String: Int]) {
        func levels(_ isCompliant: Bool) -> [String: Int] {
            items.reduce(into: [:]) { if $1.isCompliant == isCompliant { $0[$1.level.rawValue, default: 0] += 1 } }
        }
        return (levels(true), levels(false))
    }

    /// Puts these items in the place of those of the same ids, and leaves the others as they are.
    package func replaced(in items: [Item]) -> Self {
        let ids = Set(self.items.compactMap(\.id))
        var merged = self
        merged.items = items.filter { item in item.id.map { !ids.contains($0) } ?? true } + self.items
        return merged
    }

    /// - Throws: ``CustomRefusal`` for items that are too many or too large, or have one id.
    package func check() throws(CustomRefusal) {
        guard items.count <= Self.mostItems else {
            throw .malformed(type, detail: "it has more than \(Self.mostItems) items")
        }
        var ids: Set<String> = []
        for item in items {
            if let id = item.id, !ids.insert(id).inserted {
                throw .malformed(type, detail: "two items have the id \(id.prefix(100))")
            }
            guard item.bytes <= Self.mostItemBytes else { throw .tooLarge(type, most: Self.mostItemBytes) }
        }
    }
}
