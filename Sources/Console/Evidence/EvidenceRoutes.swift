import ControlPlane
import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import ReadModels

/// What an auditor is handed, as far as the server has it: reports, and the heads of the log.
struct EvidenceRoutes: Sendable {
    /// The file that `log verify --since` takes.
    private struct Heads: Encodable {
        let heads: [LogStanding.Head]
    }

    /// Cycles whose reports are offered.
    private static let mostCycles = 50

    let desk: Desk

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("evidence") { request, context in
            try await desk.visit(request, context) { visit in
                let questions = desk.services.questions
                let page = EvidencePage(
                    try await questions.logStanding(),
                    cycles: try await questions.cycles(limit: Self.mostCycles),
                    sites: try await desk.services.policy.current().policy?.sites.map(\.name) ?? [],
                    for: visit
                )
                return try desk.page(page, "evidence")
            }
        }
        group.get("evidence/heads.json") { request, context in
            try await desk.visit(request, context) { _ in
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
                let heads = Heads(heads: try await desk.services.questions.logStanding().heads)
                let body = ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(heads)))
                return .file(body, "application/json", named: "heads.json")
            }
        }
        group.get("evidence/hosts.csv") { request, context in
            try await desk.visit(request, context) { visit in
                let table = try await desk.services.questions.hostTable(ofSite: visit["site"])
                let body = ResponseBody { writer in
                    var table = table
                    while let page = try await table.next() { try await writer.write(ByteBuffer(bytes: page)) }
                    try await writer.finish(nil)
                }
                return .csv(body, named: "hosts.csv")
            }
        }
        group.get("evidence/cycles/:file") { request, context in
            try await desk.visit(request, context) { _ in
                let file = try context.parameters.require("file")
                let cycle = file.hasSuffix(".csv") ? String(file.dropLast(4)) : file
                let csv = try await desk.services.questions.report(cycle: cycle)
                return .csv(.init(byteBuffer: ByteBuffer(string: csv)), named: "cycle.csv")
            }
        }
    }
}
