import Commands
import ControlPlane
import Domain
import DurableStreams
import Foundation
import Postgres
import ReadModels

/// A control plane with every role but the HTTP server in this process, as `serve` runs it.
struct LocalControlPlane: Sendable {
    let engine: LocalEngine
    let content: ContentStore
    let projector: Projector
    let questions: FleetQuestions
    let services: ControlPlaneServices

    /// Runs the control plane while the body runs.
    ///
    /// - Parameters:
    ///   - folder: keeps the database for a server that comes after; nil for one that is removed afterwards.
    ///   - workflows: the texts of its workflows, by name.
    static func with<Value: Sendable>(
        folder: String? = nil,
        workflows: [String: String],
        _ body: (Self) async throws -> Value
    ) async throws -> Value {
        try await LocalEngine.with(folder: folder) { engine in
            let library = try Self.library(workflows)
            let client = engine.client
            let reader = StreamReader(store: engine.store)
            let content = ContentStore(client: client)
            let logger = engine.database.logger
            let projector = Projector(client: client, reader: reader, content: content, logger: logger)
            let questions = FleetQuestions(
                client: client,
                reader: reader,
                content: content,
                projector: projector,
                now: wallTime
            )
            let worker = CycleWorker(
                reader: reader,
                questions: questions,
                content: content,
                claims: NodeClaims(client: client),
                probe: { _ in CheckFinding(passed: true, found: "well") },
                export: ReportExporter(environment: [:], now: wallTime).write,
                now: wallTime
            )
            let runner = TaskRunner(
                worker: "benchmark",
                store: engine.store,
                hints: engine.hints,
                handlers: worker.handlers,
                now: wallTime,
                logger: logger
            )
            let services = ControlPlaneServices(
                sender: engine.sender,
                orders: OrderDesk(store: engine.store, hints: Hints(), logger: logger),
                engines: EngineDesk(store: engine.store, hints: engine.hints),
                reader: reader,
                content: content,
                questions: questions,
                workflows: library,
                orderKeys: OrderKeys(engine.orderKey),
                sealKey: engine.sealKey,
                now: wallTime
            )
            let controlPlane = Self(
                engine: engine,
                content: content,
                projector: projector,
                questions: questions,
                services: services
            )
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await runner.run() }
                group.addTask { await projector.run() }
                defer { group.cancelAll() }
                return try await body(controlPlane)
            }
        }
    }

    /// Makes nodes as if they had enrolled: `lanes` sites and rings with about as many each.
    func addNodes(_ count: Int, sites: Int) async throws {
        let sql = """
            INSERT INTO node (id, name, site, patch_group, platform, platform_version, architecture, agent_version,
                public_key, enrolled_at, is_revoked)
            SELECT 'mi-' || lpad(to_hex(i), 17, '0'), 'host-' || i, 'site-' || i % \(sites),
                'Debian12-' || (ARRAY['early', 'main', 'late'])[1 + i / \(sites) % 3], 'debian', '12', 'amd64', '1.0', '', now(),
                false
            FROM generate_series(0, \(count - 1)) AS i
            """
        _ = try await engine.client.query(.unprepared(sql))
        _ = try await engine.client.query(.unprepared("ANALYZE node"))
    }

    private static func library(_ workflows: [String: String]) throws -> WorkflowLibrary {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ringmaster-workflows-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, text) in workflows { try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name).yaml")) }
        let library = try WorkflowLibrary(folder: folder)
        try FileManager.default.removeItem(atPath: folder)
        return library
    }
}
