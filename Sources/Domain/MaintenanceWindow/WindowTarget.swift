/// Nodes that are registered with a maintenance window; which they are is found out when a task runs.
package struct WindowTarget: Codable, Equatable, Sendable {
    /// A UUID.
    package var windowTargetId: String
    /// SSM's `INSTANCE`: there are no resource groups here.
    package var resourceType: String
    package var targets: [CommandTarget]
    package var ownerInformation: String?
    package var name: String?
    package var description: String?

    package init(
        windowTargetId: String,
        resourceType: String,
        targets: [CommandTarget],
        ownerInformation: String? = nil,
        name: String? = nil,
        description: String? = nil
    ) {
        self.windowTargetId = windowTargetId
        self.resourceType = resourceType
        self.targets = targets
        self.ownerInformation = ownerInformation
        self.name = name
        self.description = description
    }
}

extension [CommandTarget] {
    /// Whether no node can be of both: both ask for another value of what a node has one of.
    package func isApart(from other: Self) -> Bool {
        contains { mine in
            other.contains { theirs in
                mine.property == theirs.property && Set(mine.values).isDisjoint(with: theirs.values)
            }
        }
    }

    /// Whether each of these is about what the others ask for, too, and a node may be of both.
    package func isOf(_ asked: Self) -> Bool {
        allSatisfy { mine in
            asked.contains { theirs in
                mine.property == theirs.property && !Set(mine.values).isDisjoint(with: theirs.values)
            }
        }
    }

    /// The node ids that it names; nil for one that selects otherwise.
    package var instanceIDs: [String]? {
        let named = filter { $0.property == CommandTarget.instanceIDs }
        return named.isEmpty ? nil : named.flatMap(\.values)
    }
}

extension CommandTarget {
    fileprivate static let instanceIDs = "instanceids"

    /// What the key asks about, whichever way it is spelled; nil for what a node may have several of.
    fileprivate var property: String? {
        if key.lowercased() == Self.instanceIDs { return Self.instanceIDs }
        if ["tag:Patch Group", "tag:PatchGroup"].contains(key) { return "tag:PatchGroup" }
        return key.hasPrefix("tag:") ? key : nil
    }
}
