import ControlPlane
import Domain

/// The operations on maintenance windows.
enum WindowOperations {
    static let all = [create, update, delete, get, describe]

    private static let create = Operation(
        "CreateMaintenanceWindow",
        for: .run,
        WindowShapes.settings(Shape.Member.required)
            + [WindowShapes.token, .optional("Tags", BaselineShapes.tags)]
    ) { (input: WindowInput, call) in
        let id = "mw-" + Call.id("maintenance window of \(call.region)", token: input.clientToken).prefix(17)
        let tags = try TagItem.dictionary(input.tags ?? [])
        guard tags.count <= WindowConfiguration.mostTags else { throw SSMError.tooManyTags }
        let configuration = WindowConfiguration(settings: try input.settings, tags: tags)
        try await call.windowed {
            try await call.services.maintenanceWindows.create(
                id,
                site: call.region,
                configuration,
                key: call.key,
                by: call.principal.name
            )
        }
        return WindowReference(windowId: id)
    }

    private static let update = Operation(
        "UpdateMaintenanceWindow",
        for: .run,
        [WindowShapes.window, .optional("Enabled", .boolean), .optional("Replace", .boolean)]
            + WindowShapes.settings(Shape.Member.optional)
    ) { (input: WindowInput, call) in
        let id = input.windowId ?? ""
        let window = try await call.changeWindow(id) { try input.update(&$0.settings) }
        return Merged(WindowReference(windowId: id), window.configuration?.settings)
    }

    private static let delete = Operation("DeleteMaintenanceWindow", for: .run, [WindowShapes.window]) {
        (input: WindowReference, call) in
        try await call.windowed {
            try await call.services.maintenanceWindows.delete(
                input.windowId,
                site: call.region,
                key: call.key,
                by: call.principal.name
            )
        }
        return input
    }

    private static let get = Operation("GetMaintenanceWindow", ofRegion: true, [WindowShapes.window]) {
        (input: WindowReference, call) in
        let window = try await call.window(input.windowId)
        return Merged(WindowStanding(window), window.configuration?.settings)
    }

    private static let describe = Operation(
        "DescribeMaintenanceWindows",
        ofRegion: true,
        WindowShapes.listing
    ) { (input: WindowListInput, call) in
        let filters = try FilterList(input.filters ?? [], ["Name", "Enabled"])
        let identities = try await call.windows().compactMap { window in
            window.configuration.map { WindowIdentity(window, $0.settings) }
        }.filter { window in
            filters.allows("Name", [window.name])
                && filters.allows("Enabled", window.enabled ? ["true", "True"] : ["false", "False"])
        }
        let name = "DescribeMaintenanceWindows"
        return try ListPage("windowIdentities", of: name, identities, by: \.windowId, input.place)
    }
}

extension SSMError {
    /// In the words of ``Shape``.
    static func missing(_ member: String) -> Self {
        .validation(
            "1 validation error detected: Value null at '\(member)' failed to satisfy constraint: Member must not be null"
        )
    }

    static let tooManyTags = Self("TooManyTagsError", "A resource has at most \(WindowConfiguration.mostTags) tags.")
}
