import Domain
import Testing
import Workflows

private let drain = Document(name: "drain", steps: [DocumentStep(name: "stop", work: .command(["/bin/true"]))])
private let smoke = Document(name: "smoke", steps: [DocumentStep(name: "look", work: .command(["/bin/true"]))])

private let sound = """
    workflow: hooked
    stages:
      - scan:
          window: { opens: now, duration: 1h }
      - early:
          targets: { ring: early }
          window: { opens: now, duration: 3h }
          concurrency: 10%
          errors: 0
          hooks: { before-install: drain, on-exit: smoke }
      - main:
          like: early
          hooks: { before-install: smoke }
      - probe:
          run: { document: smoke, targets: { nodes: [mi-1, mi-2] }, window: { opens: now, duration: 1h }, concurrency: 1, errors: 0 }
          gate: { approve: { by: 1 } }
      - report: {}
    """

private func parse(_ text: String) throws(WorkflowProblems) -> WorkflowDefinition {
    try WorkflowFile.parse(Array(text.utf8), file: "w.yaml", documents: [drain, smoke])
}

private func problems(_ text: String) -> [String] {
    do {
        _ = try parse(text)
        return []
    } catch {
        return error.problems.map(\.description)
    }
}

@Suite("A workflow that names documents")
struct WorkflowDocumentTests {
    @Test("Hooks and runs have their documents in them; a stage that is like another keeps its hooks one by one")
    func embedded() throws {
        let workflow = try parse(sound)
        #expect(workflow.flaw == nil)
        #expect(workflow.stage(named: "early")?.hooks == Hooks(beforeInstall: drain, onExit: smoke))
        #expect(workflow.stage(named: "main")?.hooks == Hooks(beforeInstall: smoke, onExit: smoke))
        let probe = try #require(workflow.stage(named: "probe"))
        #expect(probe.documents == [smoke])
        #expect(probe.laneRules?.targets == TargetSelector(nodes: ["mi-1", "mi-2"]))
        #expect(probe.gate?.approval?.by == 1)
        #expect(workflow.stages.map { $0.hooks == nil } == [true, false, false, true, true])
    }

    @Test("Runs alone make a workflow, without scan, baselines and report")
    func runsAlone() throws {
        let text = """
            workflow: probes
            stages:
              - probe:
                  run: { document: smoke, targets: all, window: { opens: now, duration: 1h }, concurrency: 1, errors: 0 }
            """
        let workflow = try parse(text)
        #expect(workflow.flaw == nil && workflow.runsAlone)
        #expect(try workflow.completed(by: PolicyBook()).stages == workflow.stages)
    }

    @Test(
        "What is wrong is named with its place and what was expected",
        arguments: [
            (
                "before-install: drain", "before-install: drian",
                "10:32: there is no document `drian`: expected one of drain, smoke"
            ),
            (
                "before-install: drain", "sometimes: drain",
                "10:16: unknown key `sometimes` in `hooks`: expected before-install, after-install, after-reboot, on-exit"
            ),
            (
                "document: smoke, ", "",
                "15:12: `document` is missing in `run`: expected the name of a document"
            ),
            ("concurrency: 1, errors", "reboot: never, errors", "15:103: unknown key `reboot` in `run`:"),
            (
                "document: smoke, ", "document: smoke, host-run-timeout: 30m, ",
                "15:49: a host-run timeout of 30m does not fit the steps of its documents: expected at least 1h"
            ),
            (
                "errors: 0\n", "errors: 0\n      host-run-timeout: 1h\n",
                "10:25: a host-run timeout of 1h does not fit the steps of its documents: expected at least 2h"
            ),
            ("workflow: hooked", "workflow: run", "1:11: `run` is the name of one-off runs: expected another"),
        ]
    )
    func wrong(found: String, replacement: String, expected: String) {
        #expect(sound.contains(found))
        let all = problems(sound.replacing(found, with: replacement))
        #expect(all.contains { $0.hasPrefix("w.yaml:" + expected) }, "\(all)")
    }

    @Test("Where nothing is said, a host run is given four hours, or what its documents' steps may take and a while")
    func hostRun() throws {
        let step = DocumentStep(name: "look", work: .command(["/bin/true"]), timeoutSeconds: 5 * 3_600)
        let long = Document(name: "smoke", steps: [step])
        let workflow = try WorkflowFile.parse(Array(sound.utf8), file: "w.yaml", documents: [drain, long])
        let seconds = workflow.stages.compactMap(\.laneRules?.hostRunSeconds)
        #expect(seconds == [4 * 3_600, 6 * 3_600 + 900, 10 * 3_600 + 900, 5 * 3_600 + 900])
        let usual = try parse(sound).stages.compactMap(\.laneRules?.hostRunSeconds)
        #expect(usual == Array(repeating: 4 * 3_600, count: 4))
    }

    @Test("A workflow needs an install beside its runs")
    func noInstall() {
        let text = """
            workflow: w
            stages:
              - scan: { window: { opens: now, duration: 1h } }
              - probe:
                  run: { document: smoke, targets: all, window: { opens: now, duration: 1h }, concurrency: 1, errors: 0 }
              - report: {}
            """
        #expect(problems(text) == ["w.yaml:3:3: there is no install stage: expected one between scan and report"])
    }
}
