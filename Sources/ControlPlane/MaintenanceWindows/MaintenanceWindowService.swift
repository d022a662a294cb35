import AgentProtocol
package import Domain
import DurableStreams

/// Keeps maintenance windows: what people set on them, and what they show.
///
/// Each throws a ``Problem`` with the code of a ``MaintenanceWindowRefusal`` for what cannot be.
package struct MaintenanceWindowService: Sendable {
    /// In one site.
    package static let mostWindows = 200

    private let streams: SiteStreams<MaintenanceWindow>

    init(desk: MessageDesk, reader: StreamReader) { streams = SiteStreams(desk: desk, reader: reader) }

    /// Those of the site, by id.
    package func windows(ofSite site: String) async throws -> [MaintenanceWindow] {
        try await streams.all(ofSite: site)
    }

    /// - Throws: ``Problem`` where there is none, or it is deleted.
    package func window(_ id: String, site: String) async throws -> MaintenanceWindow {
        try await streams.kept(id, site)
    }

    /// Makes a window; one that is there as it would be made changes nothing.
    ///
    /// - Parameters:
    ///   - id: `mw-` and 17 digits, the same for a request that is sent again.
    ///   - key: the caller's idempotency key.
    package func create(
        _ id: String,
        site: String,
        _ configuration: WindowConfiguration,
        key: String,
        by person: String
    ) async throws {
        if let present = try await streams.state(id, site) {
            guard present.configuration == configuration else {
                throw Problem(MaintenanceWindowRefusal.otherParameters)
            }
            return
        }
        guard try await windows(ofSite: site).count < Self.mostWindows else {
            throw Problem(MaintenanceWindowRefusal.tooManyWindows(most: Self.mostWindows))
        }
        try await streams.ask(id, site, .configure(configuration, revision: 0), key: key, by: person)
    }

    /// Changes a window: what the body makes of its configuration takes its place, unless that is as it was.
    ///
    /// The body is asked again for one that somebody else has changed meanwhile.
    ///
    /// - Returns: the window as the change left it.
    @discardableResult
    package func change(
        _ id: String,
        site: String,
        key: String,
        by person: String,
        _ body: (inout WindowConfiguration) throws -> Void
    ) async throws -> MaintenanceWindow {
        try await streams.change(id, site, key: key, by: person) { window in
            guard var configuration = window.configuration else { return nil }
            try body(&configuration)
            return configuration == window.configuration
                ? nil : .configure(configuration, revision: window.revision)
        }
    }

    /// One that is not there is no error; what it has at work comes to its end.
    package func delete(_ id: String, site: String, key: String, by person: String) async throws {
        guard try await streams.state(id, site) != nil else { return }
        try await streams.ask(id, site, .delete, key: key, by: person)
    }

    /// Drops what waits of an execution, and stops what is at work.
    package func cancel(_ execution: WindowPlace, site: String, key: String, by person: String) async throws {
        let window = try await window(execution.window, site: site)
        guard window.execution(execution.execution) != nil else {
            throw Problem(MaintenanceWindowRefusal.unknownExecution(execution.execution))
        }
        try await streams.ask(window.id, site, .cancel(execution: execution.execution), key: key, by: person)
    }
}
