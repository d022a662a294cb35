import Domain
import Foundation
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
    @Test("The monthly cycle goes early, main and late in the policy's windows, the last with two approvals")
    func monthly() throws {
        let workflow = try shipped("monthly-patch-cycle.yaml")
        #expect(workflow.flaw == nil)
        #expect(workflow.stages.map(\.name) == ["scan", "early", "main", "late", "report"])
        #expect(workflow.sites.isEmpty && workflow.baselines.isEmpty, "they are the policy's")
        let main = try #require(workflow.stage(named: "main"))
        #expect(main.laneRules?.targets == TargetSelector(rings: ["main"]))
        #expect(main.laneRules?.window.opens == .policy("main"))
        #expect(main.laneRules?.rateControl.maxConcurrency == .percent(10))
        let late = try #require(workflow.stage(named: "late"))
        #expect(late.gate == Gate(soakSeconds: 3_600, failedAtMost: .percent(2), approval: .init(by: 2)))
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
        let baseline = try #require(workflow.baseline(ofPatchGroup: "Debian12-main", on: .debian))
        let legacy = PatchCandidate(
            patch: Patch(name: "acme-legacy", architecture: "all", version: "2.0"),
            system: .debian,
            product: "Debian12",
            isFromSecurityArchive: true
        )
        #expect(baseline.judge(legacy, at: Timestamp(microseconds: 0)) == .rejected("acme-legacy"))
        #expect(workflow.baseline(ofPatchGroup: "Ubuntu22-main", on: .ubuntu) == nil)
    }

    @Test(
        "Every key of a shipped workflow is in the JSON Schema",
        arguments: ["monthly-patch-cycle", "debian12-rings"]
    )
    func schema(name: String) throws {
        let schemaData = try Data(contentsOf: folder.appending(path: "workflow.schema.json"))
        let schema = try JSONSchema(schemaData)
        let text = try String(contentsOf: folder.appending(path: name + ".yaml"), encoding: .utf8)
        let document = try #require(try Yams.compose(yaml: text))
        #expect(schema.unknownKeys(in: document) == [])
        // The check itself can fail:
        let misspelt = try #require(try Yams.compose(yaml: text.replacing("concurrency:", with: "concurency:")))
        #expect(schema.unknownKeys(in: misspelt) == ["concurency"])
    }

    @Test("The gate that docs/gates.md shows is sound, and in the JSON Schema")
    func documentedGate() throws {
        let page = folder.deletingLastPathComponent().appending(path: "docs/gates.md")
        let blocks = try String(contentsOf: page, encoding: .utf8).split(separator: "```yaml\n")
        let gate = try #require(blocks.dropFirst().first?.split(separator: "```").first)
        let indented = gate.split(separator: "\n").map { "      " + $0 }.joined(separator: "\n")
        let monthly = try String(contentsOf: folder.appending(path: "monthly-patch-cycle.yaml"), encoding: .utf8)
        let early = "      gate: { soak: 24h, failed-at-most: 2%, approve: { by: 1 } }"
        let text = monthly.replacing(early, with: indented)
        let workflow = try WorkflowFile.parse(Array(text.utf8), file: "gates.md")
        #expect(workflow.stage(named: "early")?.gate?.checks?.map(\.name) == ["error-rate", "front-page", "database"])
        let schema = try JSONSchema(try Data(contentsOf: folder.appending(path: "workflow.schema.json")))
        #expect(schema.unknownKeys(in: try #require(try Yams.compose(yaml: text))) == [])
        let misspelt = try #require(try Yams.compose(yaml: text.replacing("contains:", with: "contain:")))
        #expect(schema.unknownKeys(in: misspelt) == ["contain"])
    }

    @Test(
        "Every shipped document is sound and in its JSON Schema",
        arguments: ["drain-node", "smoke-test", "undrain-node"]
    )
    func documents(name: String) throws {
        let file = folder.appending(path: "hooks/\(name).yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(try DocumentFile.parse(Array(text.utf8), file: name).name == name)
        let schema = try JSONSchema(Data(contentsOf: folder.appending(path: "document.schema.json")))
        let document = try #require(try Yams.compose(yaml: text))
        #expect(schema.unknownKeys(in: document) == [])
        let misspelt = try #require(try Yams.compose(yaml: text.replacing("timeout:", with: "timout:")))
        #expect(Set(schema.unknownKeys(in: misspelt)) == ["timout"])
    }

    @Test("Hooks and runs are in the JSON Schema")
    func hooks() throws {
        let schema = try JSONSchema(Data(contentsOf: folder.appending(path: "workflow.schema.json")))
        let text = """
            workflow: w
            stages:
              - early: { hooks: { before-install: drain-node, on-exit: undrain-node } }
              - probe: { run: { document: smoke-test, targets: { nodes: [mi-1] }, errors: 0 }, gate: { soak: 1h } }
            """
        #expect(schema.unknownKeys(in: try #require(try Yams.compose(yaml: text))) == [])
        let misspelt = text.replacing("on-exit", with: "onexit")
        #expect(schema.unknownKeys(in: try #require(try Yams.compose(yaml: misspelt))) == ["onexit"])
    }
}
