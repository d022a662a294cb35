import ReadModels
import Time

/// One node: how it stands and by which proof, why each patch is what it is, what ran on it last, its reboots, and what it last printed.
struct NodePage: Sendable {
    struct PatchLine: Sendable {
        var name: String
        var version: String
        var badge: StateBadge
        var level: String
        var severity: String
        var cves: String?
        var sentence: String
        var output: String?
    }

    struct Run: Sendable {
        var cycle: String
        var address: String
        var stage: String
        var work: String
        var badge: StateBadge
        var detail: String?
        var began: String
        var ended: String
    }

    struct Reboot: Sendable {
        var badge: StateBadge
        var at: String
        var kernels: String
        var boots: String
        var reasons: String
        var missing: [String]
        var order: String?
    }

    struct OutputLine: Sendable {
        var name: String
        var order: String
        var address: String
        var size: String
        var stored: String
    }

    var frame: Frame
    var id: String
    var name: String
    var badge: StateBadge
    var reason: String?
    var notes: String?
    var facts: [Fact]
    var counts: [Fact]
    var patches: [PatchLine]
    var hasPatches: Bool
    var more: String?
    var runs: [Run]
    var hasRuns: Bool
    var reboot: Reboot?
    var outputs: [OutputLine]
    var hasOutputs: Bool
    var events: [EventLine]
    var activityAddress: String

    static let mostPatches = 100
    static let mostOutputs = 10
    static let mostEvents = 30
}

extension NodePage {
    init(
        _ node: NodeView,
        patches: NodePatchesView,
        why: ExplanationsView,
        runs: [NodeRun],
        outputs: [OutputView],
        events: EventPage,
        for visit: Visit
    ) {
        frame = Frame(node.name, at: .fleet, of: visit)
        id = node.id
        name = node.name
        badge = StateBadge(node.compliance)
        reason = node.unknownReason
        let notes = NodeLine.notes(node).joined(separator: ", ")
        self.notes = notes.isEmpty ? nil : notes
        facts = Self.facts(node, at: visit.now)
        counts = patches.counts.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map {
            Fact(name: $0.key, value: Figures.grouped($0.value))
        }
        let lines = Self.lines(patches, why)
        self.patches = Array(lines.prefix(Self.mostPatches))
        hasPatches = !lines.isEmpty
        let hidden = lines.count - self.patches.count
        more = hidden > 0 ? "and \(hidden) more: `ringmaster node patches \(node.id)`" : nil
        self.runs = runs.map { Run($0) }
        hasRuns = !runs.isEmpty
        reboot = node.lastReboot.map { Reboot($0) }
        self.outputs = outputs.prefix(Self.mostOutputs).map { OutputLine($0, of: node.id) }
        hasOutputs = !outputs.isEmpty
        self.events = events.events.reversed().map(EventLine.init)
        activityAddress = WebAddress("activity").with("stream", "node/\(node.id)").text
    }

    // MARK: - Steps

    private static func facts(_ node: NodeView, at now: Timestamp) -> [Fact] {
        func told(_ moment: Timestamp?) -> String {
            moment.map { "\(TimeText.utc($0)), \(TimeText.distance($0, from: now))" } ?? "never"
        }
        return [
            Fact(name: "Site", value: node.site), Fact(name: "Patch group", value: node.patchGroup),
            Fact(name: "Platform", value: "\(node.platform) \(node.platformVersion)"),
            Fact(name: "Baseline", value: node.baseline ?? "none"),
            Fact(name: "Last scan", value: told(node.lastScanAt)),
            Fact(name: "Last heard, to the hour", value: told(node.lastHeardAt)),
            Fact(name: "Enrolled", value: told(node.enrolledAt)), Fact(name: "Agent", value: node.agentVersion),
            Fact(name: "Instance", value: node.instance ?? "none of EC2"),
            Fact(
                name: "Waits for a reboot",
                value: node.rebootReasons.isEmpty ? "no" : node.rebootReasons.joined(separator: "; ")
            ),
        ]
    }

    /// What speaks against the node first, then what a sentence tells of, then the others.
    private static func lines(_ patches: NodePatchesView, _ why: ExplanationsView) -> [PatchLine] {
        let sentences = Dictionary(
            why.patches.map { (Key($0.name, $0.architecture, $0.version), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let told = Set(patches.patches.map { Key($0.name, $0.architecture, $0.version) })
        let known = patches.patches.map { patch in
            (rank(patch), PatchLine(patch, sentences[Key(patch.name, patch.architecture, patch.version)]))
        }
        let others = why.patches.filter { !told.contains(Key($0.name, $0.architecture, $0.version)) }
        return known.filter { $0.1.sentence != "" || $0.0 < 2 }.sorted { ($0.0, $0.1.name) < ($1.0, $1.1.name) }.map(
            \.1
        )
            + others.map { PatchLine($0) }
    }

    private struct Key: Hashable {
        let text: String

        init(_ name: String, _ architecture: String, _ version: String) { text = "\(name) \(architecture) \(version)" }
    }

    private static func rank(_ patch: PatchView) -> Int {
        if patch.failure != nil || patch.state == "Failed" { return 0 }
        return patch.status == "NON_COMPLIANT" ? 1 : 2
    }
}

extension NodePage.PatchLine {
    fileprivate init(_ patch: PatchView, _ explanation: ExplanationView?) {
        name = patch.name
        version = patch.version
        badge = StateBadge(patch.state)
        level = patch.level
        severity = [patch.classification, patch.severity].compactMap(\.self).joined(separator: ", ")
        let some = patch.cves.prefix(6).joined(separator: " ") + (patch.cves.count > 6 ? " …" : "")
        cves = some.isEmpty ? nil : some
        sentence = explanation?.sentence ?? patch.obstacle.map { "It is \($0)." } ?? ""
        output = explanation?.output ?? patch.output
    }

    fileprivate init(_ explanation: ExplanationView) {
        name = explanation.name
        version = explanation.version
        badge = StateBadge(explanation.cause)
        (level, severity, cves) = ("", "", nil)
        sentence = explanation.sentence
        output = explanation.output
    }
}

extension NodePage.Run {
    fileprivate init(_ run: NodeRun) {
        cycle = run.cycle
        address = WebAddress("cycles", run.cycle).text
        stage = run.isOneOff ? "one-off run" : run.stage
        work = run.work
        badge = StateBadge(run.state)
        detail = run.detail
        began = run.beganAt.map(TimeText.utc) ?? "not begun; window opens \(TimeText.utc(run.opens))"
        ended = run.endedAt.map(TimeText.utc) ?? ""
    }
}

extension NodePage.Reboot {
    fileprivate init(_ reboot: RebootView) {
        badge = StateBadge(reboot.outcome)
        at = TimeText.utc(reboot.at)
        let after = reboot.kernelAfter ?? "not heard of"
        let expected = reboot.expectedKernel.map { ", expected \($0)" } ?? ""
        kernels = "\(reboot.kernelBefore) → \(after)\(expected)"
        boots = "\(reboot.bootBefore) → \(reboot.bootAfter ?? "not heard of")"
        reasons = reboot.reasons.joined(separator: "; ")
        missing = reboot.missing
        order = reboot.order
    }
}

extension NodePage.OutputLine {
    fileprivate init(_ output: OutputView, of node: String) {
        name = output.name
        order = output.order
        address = WebAddress("nodes", node, "output").with("order", output.order).with("name", output.name).text
        size = "\(Figures.grouped(output.byteCount)) bytes compressed"
        stored = TimeText.utc(output.storedAt)
    }
}
