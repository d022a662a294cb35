import Commands
import ControlPlane
import Domain
import DurableStreams
import Foundation
import PatchStreams
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

    /// Enrols nodes: sites and rings with about as many each.
    func addNodes(_ count: Int, sites: Int) async throws {
        try await enrol(count) { number in
            let ring = ["early", "main", "late"][number / sites % 3]
            return (Self.id(number), "host-\(number)", "site-\(number % sites)", "Debian12-\(ring)")
        }
    }

    /// Enrols nodes, as activations do it.
    ///
    /// A cycle orders those alone whose streams say that they are enrolled.
    func enrol(
        _ count: Int,
        _ node: (Int) -> (id: String, name: String, site: String, patchGroup: String)
    ) async throws {
        let countNodes = SQL("benchmark_nodes", "SELECT count(*) FROM stream WHERE kind = 'node'")
        let client = engine.client
        let wanted = try await client.query(countNodes()).one().get(0, as: Int64.self) + Int64(count)
        for start in stride(from: 0, to: count, by: Self.enrolledAtOnce) {
            let messages = try (start..<min(start + Self.enrolledAtOnce, count)).map { number in
                let (id, name, site, group) = node(number)
                let facts = NodeFacts(
                    hostname: name,
                    platform: "debian",
                    platformVersion: "12",
                    architecture: "amd64",
                    agentVersion: "1.0"
                )
                let enrolment = NodeEnrolment(
                    node: id,
                    publicKey: "",
                    site: site,
                    patchGroup: group,
                    activation: "benchmark",
                    facts: facts
                )
                let message = NodeMessage.enrol(enrolment)
                return Message(
                    id: "enrol/\(id)",
                    stream: Node.stream(id),
                    kind: message.kind,
                    body: try DomainJSON.encode(message),
                    actor: "benchmark",
                    receivedAt: wallTime()
                )
            }
            try await engine.sender.send(messages)
        }
        let end = ContinuousClock.now + .seconds(600)
        while try await client.query(countNodes()).one().get(0, as: Int64.self) < wanted {
            guard ContinuousClock.now < end else { throw Incomplete(what: "nodes were not enrolled") }
            try await Task.sleep(for: .milliseconds(50))
        }
        try await projector.catchUp()
        _ = try await client.query(.unprepared("ANALYZE node"))
    }

    private static let enrolledAtOnce = 1_000

    private static func id(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return "mi-" + String(repeating: "0", count: max(0, 17 - digits.count)) + digits
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
