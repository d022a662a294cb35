import ControlPlane
import Domain

/// The operations on the targets of maintenance windows.
enum WindowTargetOperations {
    static let all = [register, update, deregister, describe]

    private struct Input: Decodable, Sendable {
        var windowId: String
        var windowTargetId: String?
        var resourceType: String?
        var targets: [TargetItem]?
        var ownerInformation: String?
        var name: String?
        var description: String?
        var clientToken: String?
        var replace: Bool?
        var safe: Bool?
    }

    private struct Reference: Encodable, Sendable {
        var windowId: String?
        var windowTargetId: String
    }

    private static let id = Shape.Member.required("WindowTargetId", WindowShapes.uuid)

    private static let register = Operation(
        "RegisterTargetWithMaintenanceWindow",
        for: .run,
        [
            WindowShapes.window, .required("ResourceType", WindowShapes.resourceType),
            .required("Targets", WindowShapes.targets), WindowShapes.token,
        ] + WindowShapes.targetParts
    ) { (input: Input, call) in
        guard input.resourceType == "INSTANCE" else {
            throw SSMError.validation("There are no resource groups here: register nodes, with ResourceType INSTANCE.")
        }
        let target = WindowTarget(
            windowTargetId: Call.uuid("window target of \(input.windowId)", token: input.clientToken),
            resourceType: "INSTANCE",
            targets: try TargetItem.nodes(input.targets ?? []),
            ownerInformation: input.ownerInformation,
            name: input.name,
            description: input.description
        )
        try await call.changeWindow(input.windowId) { try $0.register(target) }
        return Reference(windowTargetId: target.windowTargetId)
    }

    private static let update = Operation(
        "UpdateMaintenanceWindowTarget",
        for: .run,
        [WindowShapes.window, id, .optional("Targets", WindowShapes.targets), .optional("Replace", .boolean)]
            + WindowShapes.targetParts
    ) { (input: Input, call) in
        let id = input.windowTargetId?.lowercased() ?? ""
        let window = try await call.changeWindow(input.windowId) { configuration in
            var target = try configuration.target(id)
            let whole = input.replace == true
            if whole, input.targets == nil { throw SSMError.missing("targets") }
            if let targets = input.targets { target.targets = try TargetItem.nodes(targets) }
            target.ownerInformation = input.ownerInformation ?? (whole ? nil : target.ownerInformation)
            target.name = input.name ?? (whole ? nil : target.name)
            target.description = input.description ?? (whole ? nil : target.description)
            try configuration.replace(target)
        }
        guard let target = window.configuration?.targets.first(where: { $0.windowTargetId == id }) else {
            throw SSMError("DoesNotExistException", "The target was deregistered meanwhile.")
        }
        return WindowTargetView(target, of: window.id, showsType: false)
    }

    private static let deregister = Operation(
        "DeregisterTargetFromMaintenanceWindow",
        for: .run,
        [WindowShapes.window, id, .optional("Safe", .boolean)]
    ) { (input: Input, call) in
        let id = input.windowTargetId?.lowercased() ?? ""
        try await call.changeWindow(input.windowId) { try $0.deregisterTarget(id, safe: input.safe == true) }
        return Reference(windowId: input.windowId, windowTargetId: id)
    }

    private static let describe = Operation(
        "DescribeMaintenanceWindowTargets",
        ofRegion: true,
        [WindowShapes.window] + WindowShapes.listing
    ) { (input: WindowListInput, call) in
        let filters = try FilterList(input.filters ?? [], ["Type", "WindowTargetId", "OwnerInformation"])
        let window = try await call.window(input.windowId ?? "")
        let targets = (window.configuration?.targets ?? []).filter { target in
            filters.allows("Type", [target.resourceType]) && filters.allows("WindowTargetId", [target.windowTargetId])
                && filters.allows("OwnerInformation", [target.ownerInformation ?? ""])
        }.sorted { $0.windowTargetId < $1.windowTargetId }.map { WindowTargetView($0, of: window.id) }
        let name = "DescribeMaintenanceWindowTargets"
        return try ListPage("targets", of: name, targets, by: \.windowTargetId, input.place)
    }
}

/// SSM's `Target`, as requests have it.
struct TargetItem: Decodable, Sendable {
    private static let keys = ["InstanceIds", "WindowTargetIds"]

    var key: String?
    var values: [String]?

    /// Those of nodes.
    static func nodes(_ items: [Self]) throws(SSMError) -> [CommandTarget] {
        let targets = try list(items)
        for target in targets where target.key == WindowTask.windowTargetIDs {
            throw .validation("WindowTargetIds are for tasks; a target has InstanceIds, tag:KEY or tag-key.")
        }
        return targets
    }

    static func list(_ items: [Self]) throws(SSMError) -> [CommandTarget] {
        guard !items.isEmpty else { throw .validation("At least one target is needed.") }
        var targets: [CommandTarget] = []
        for item in items {
            guard let key = item.key, keys.contains(key) || key == "tag-key" || key.hasPrefix("tag:") else {
                throw .validation("The target key \(item.key ?? "null") is none of InstanceIds, tag:KEY and tag-key.")
            }
            guard let values = item.values, !values.isEmpty else {
                throw .validation("The target \(key) has no values.")
            }
            let isWindowTarget = key == WindowTask.windowTargetIDs
            targets.append(CommandTarget(key: key, values: isWindowTarget ? values.map { $0.lowercased() } : values))
        }
        return targets
    }
}
