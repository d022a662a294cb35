package import AgentProtocol
package import Domain
import DurableStreams
import PatchStreams
import ReadModels
import Scheduling

/// Keeps maintenance windows: what people set on them, and what they show.
///
/// Each throws a ``Problem`` with the code of a ``MaintenanceWindowRefusal`` for what cannot be.
package struct MaintenanceWindowService: Sendable {
    /// In one site.
    package static let mostWindows = 200
    private static let namesAtOnce = 100
    /// To change a window that others change, too.
    private static let mostAttempts = 5

    private let desk: MessageDesk
    private let reader: StreamReader

    init(desk: MessageDesk, reader: StreamReader) {
        self.desk = desk
        self.reader = reader
    }

    /// Those of the site, by id.
    package func windows(ofSite site: String) async throws -> [MaintenanceWindow] {
        let prefix = MaintenanceWindow.name("", site: site)
        var windows: [MaintenanceWindow] = []
        var last = MaintenanceWindowDecider.stream(prefix)
        while true {
            let page = try await reader.streams(
                ofKind: MaintenanceWindowDecider.kind,
                after: last,
                limit: Self.namesAtOnce
            )
            let names = page.filter { $0.name.hasPrefix(prefix) }
            let states = try await reader.folds(MaintenanceWindowDecider(), names)
            windows += states.compactMap { $0 }.filter { $0.configuration != nil }
            guard let name = names.last, names.count == Self.namesAtOnce else { return windows }
            last = name
        }
    }

    /// - Throws: ``Problem`` where there is none, or it is deleted.
    package func window(_ id: String, site: String) async throws -> MaintenanceWindow {
        guard let window = try await state(id, site), window.configuration != nil else {
            throw Problem(MaintenanceWindowRefusal.unknownWindow)
        }
        return window
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
        if let present = try await state(id, site) {
            guard present.configuration == configuration else {
                throw Problem(MaintenanceWindowRefusal.otherParameters)
            }
            return
        }
        guard try await windows(ofSite: site).count < Self.mostWindows else {
            throw Problem(MaintenanceWindowRefusal.tooManyWindows(most: Self.mostWindows))
        }
        try await ask(id, site, .configure(configuration, revision: 0), key: key, by: person)
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
        for attempt in 1...Self.mostAttempts {
            let window = try await self.window(id, site: site)
            guard let before = window.configuration else { break }
            var configuration = before
            do {
                try body(&configuration)
            } catch let refusal as MaintenanceWindowRefusal {
                throw Problem(refusal)
            }
            guard configuration != before else { return window }
            do {
                let message = MaintenanceWindowMessage.configure(configuration, revision: window.revision)
                try await ask(id, site, message, key: "\(key)/\(attempt)/\(window.revision)", by: person)
                return try await self.window(id, site: site)
            } catch let problem as Problem where problem.code == MaintenanceWindowRefusal.changedCode {
                continue
            }
        }
        throw Problem(MaintenanceWindowRefusal.changedMeanwhile)
    }

    /// One that is not there is no error; what it has at work comes to its end.
    package func delete(_ id: String, site: String, key: String, by person: String) async throws {
        guard try await state(id, site) != nil else { return }
        try await ask(id, site, .delete, key: key, by: person)
    }

    /// Drops what waits of an execution, and stops what is at work.
    package func cancel(_ execution: WindowPlace, site: String, key: String, by person: String) async throws {
        let window = try await window(execution.window, site: site)
        guard window.execution(execution.execution) != nil else {
            throw Problem(MaintenanceWindowRefusal.unknownExecution(execution.execution))
        }
        try await ask(window.id, site, .cancel(execution: execution.execution), key: key, by: person)
    }

    // MARK: - Steps

    private func state(_ id: String, _ site: String) async throws -> MaintenanceWindow? {
        let stream = MaintenanceWindowDecider.stream(MaintenanceWindow.name(id, site: site))
        return try await reader.fold(MaintenanceWindowDecider(), stream)?.state
    }

    private func ask(
        _ id: String,
        _ site: String,
        _ message: MaintenanceWindowMessage,
        key: String,
        by person: String
    ) async throws {
        let stream = MaintenanceWindowDecider.stream(MaintenanceWindow.name(id, site: site))
        try await desk.ask(stream, message, id: "\(message.kind)/\(key)", by: try PersonName.check(person))
    }
}

extension Problem {
    package init(_ refusal: MaintenanceWindowRefusal) {
        self.init(status: refusal.isUnknown ? 404 : 409, code: refusal.code, detail: refusal.detail)
    }
}
