import Domain
import Foundation
import Scheduling
import Testing
import Time
import Workflows
import Yams

/// The files under workflows/, as they are shipped.
private let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "workflows")

private func shipped(_ name: String) throws -> WorkflowDefinition {
    let data = try Data(contentsOf: folder.appending(path: name))
    return try WorkflowFile.parse(Array(data), file: name)
}

@Suite("The shipped workflows")
struct ShippedWorkflowsTests {
    @Test("The monthly cycle goes early, main and late, each a night later, the last with two approvals")
    func monthly() throws {
        let workflow = try shipped("monthly-patch-cycle.yaml")
        #expect(workflow.flaw == nil)
        #expect(workflow.stages.map(\.name) == ["scan", "early", "main", "late", "report"])
        #expect(workflow.zone(ofSite: "Frankfurt") == "Europe/Berlin")
        #expect(workflow.zone(ofSite: "elsewhere") == "UTC")
        let main = try #require(workflow.stage(named: "main"))
        #expect(main.laneRules?.targets == TargetSelector(rings: ["main"]))
        #expect(main.laneRules?.window.opens == .schedule("cron(0 2 ? * WED *)"))
        #expect(main.laneRules?.window.durationSeconds == 3 * 3_600)
        #expect(main.laneRules?.rateControl.maxConcurrency == .percent(10))
        let late = try #require(workflow.stage(named: "late"))
        #expect(late.gate == Gate(soakSeconds: 3_600, failedAtMost: .percent(2), approval: .init(by: 2)))
    }

    @Test("However the months fall, every site scans on the Monday after the start")
    func monthlyStarts() throws {
        let workflow = try shipped("monthly-patch-cycle.yaml")
        let rule = try #require(workflow.starts)
        let window = try #require(workflow.stage(named: "scan")?.laneRules?.window)
        var start = try #require(Timestamp(iso8601: "2026-01-01T00:00:00Z"))
        for _ in 1...24 {
            start = try #require(try rule.next(after: start))
            for site in workflow.sites {
                let calendar = try WindowCalendar(window, siteZone: site.zone)
                let occurrence = try #require(calendar.occurrence(at: start))
                #expect(start < occurrence.opens, "\(site.name), \(start)")
                #expect(occurrence.opens < start + .seconds(24 * 3_600), "\(site.name), \(start)")
            }
        }
    }

    @Test("The rings of Debian 12 open at once, ask for an approval at each gate, and reject acme-legacy")
    func debian() throws {
        let workflow = try shipped("debian12-rings.yaml")
        #expect(workflow.flaw == nil)
        #expect(Set(workflow.sites.map(\.zone)).count == 3)
        for stage in workflow.stages.dropLast() {
            #expect(stage.laneRules?.window.opens == .now)
            #expect(stage.gate?.approval == .init(by: 1))
        }
        let baseline = try #require(workflow.baseline(ofPatchGroup: "Debian12-main"))
        let legacy = PatchCandidate(
            patch: Patch(name: "acme-legacy", architecture: "all", version: "2.0"),
            system: .debian,
            product: "Debian12",
            isFromSecurityArchive: true
        )
        #expect(baseline.judge(legacy, at: Timestamp(microseconds: 0)) == .rejected("acme-legacy"))
        #expect(workflow.baseline(ofPatchGroup: "Ubuntu22-main") == nil)
    }

    @Test(
        "Every key of a shipped workflow is in the JSON Schema",
        arguments: ["monthly-patch-cycle", "debian12-rings"]
    )
    func schema(name: String) throws {
        let schemaData = try Data(contentsOf: folder.appending(path: "workflow.schema.json"))
        let schema = try Schema(root: #require(try JSONSerialization.jsonObject(with: schemaData) as? [String: Any]))
        let text = try String(contentsOf: folder.appending(path: name + ".yaml"), encoding: .utf8)
        let document = try #require(try Yams.compose(yaml: text))
        #expect(schema.unknownKeys(in: document) == [])
        // The check itself can fail:
        let misspelt = try #require(try Yams.compose(yaml: text.replacing("concurrency:", with: "concurency:")))
        #expect(schema.unknownKeys(in: misspelt) == ["concurency"])
    }
}

/// As much of JSON Schema as tells known keys from unknown ones.
private struct Schema {
    let root: [String: Any]

    func unknownKeys(in node: Yams.Node) -> [String] { unknownKeys(in: node, root) }

    private func unknownKeys(in node: Yams.Node, _ schema: [String: Any]) -> [String] {
        let schema = resolve(schema)
        if let choices = schema["oneOf"] as? [[String: Any]] {
            return choices.map { unknownKeys(in: node, $0) }.min { $0.count < $1.count } ?? []
        }
        switch node {
        case .sequence(let items):
            guard let itemSchema = schema["items"] as? [String: Any] else { return ["a list"] }
            return items.flatMap { unknownKeys(in: $0, itemSchema) }
        case .mapping(let mapping):
            guard schema["type"] as? String != "string" else { return ["a mapping"] }
            return mapping.flatMap { unknownKeys(of: $0, schema) }
        case .scalar, .alias: return []
        }
    }

    private func unknownKeys(of entry: (key: Yams.Node, value: Yams.Node), _ schema: [String: Any]) -> [String] {
        let key = entry.key.scalar?.string ?? ""
        let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
        guard let next = properties[key] ?? schema["additionalProperties"] as? [String: Any] else { return [key] }
        return unknownKeys(in: entry.value, next)
    }

    private func resolve(_ schema: [String: Any]) -> [String: Any] {
        guard let reference = schema["$ref"] as? String, let name = reference.split(separator: "/").last,
            let definitions = root["definitions"] as? [String: [String: Any]]
        else { return schema }
        return definitions[String(name)] ?? [:]
    }
}
