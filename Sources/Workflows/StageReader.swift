import Domain

/// Reads `stages`: a list of mappings with one key each, the stage's name.
struct StageReader {
    private struct Item {
        var name: String
        var place: Place
        var value: YAMLValue

        var isScan: Bool { name == "scan" }
        var isReport: Bool { name == "report" }

        /// What stands under `run`; nil for a stage of another kind.
        var run: YAMLValue? {
            guard !isScan, !isReport, case .mapping(let entries) = value.content else { return nil }
            return entries.first { $0.key == "run" }?.value
        }
    }

    private let documents: HooksReader
    private let problems: ProblemList

    /// - Parameter documents: those that stages may name.
    init(_ documents: [Document], _ problems: ProblemList) {
        self.documents = HooksReader(documents, problems)
        self.problems = problems
    }

    func read(_ value: YAMLValue) -> [Stage] {
        guard case .list(let values) = value.content else {
            problems.add("found \(value.title): expected a list of stages", at: value.place)
            return []
        }
        let items = values.compactMap(item)
        checkOrder(items, at: value.place)
        // A stage is like one before it, so that what it is like is known already.
        var merged: [String: YAMLValue] = [:]
        return items.compactMap { item in
            if let run = item.run { return runStage(item, run) }
            guard let whole = resolve(item, merged) else { return nil }
            merged[item.name] = whole
            return stage(Item(name: item.name, place: item.place, value: whole))
        }
    }

    // MARK: - Steps

    private func item(_ value: YAMLValue) -> Item? {
        guard case .mapping(let entries) = value.content, let entry = entries.first, entries.count == 1 else {
            problems.add("found \(value.title): expected one stage such as `early: { … }`", at: value.place)
            return nil
        }
        let isFit =
            entry.key.utf8.count <= RolloutName.maximumStage
            && entry.key.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }
        if !isFit {
            problems.add(
                "the stage name `\(entry.key)` is unfit: expected at most \(RolloutName.maximumStage) lower-case letters, "
                    + "digits and hyphens",
                at: entry.place
            )
        }
        return Item(name: entry.key, place: entry.place, value: entry.value)
    }

    private func checkOrder(_ items: [Item], at place: Place) {
        problems.checkUnique("stages", items.map { ($0.name, $0.place) })
        guard let first = items.first, let last = items.last else {
            problems.add("there are no stages: expected scan, one or more installs, report", at: place)
            return
        }
        // Runs alone need no plan, and leave nothing to report.
        if items.allSatisfy({ $0.run != nil }) { return }
        if !first.isScan {
            problems.add(
                "the first stage is `\(first.name)`: expected `scan`, without which there is no plan",
                at: first.place
            )
        }
        if !last.isReport {
            problems.add("the last stage is `\(last.name)`: expected `report`", at: last.place)
        }
        for item in items.dropFirst().dropLast() where item.isScan || item.isReport {
            problems.add("`\(item.name)` stands between first and last: expected an install stage", at: item.place)
        }
        if !items.contains(where: { !$0.isScan && !$0.isReport && $0.run == nil }) {
            problems.add("there is no install stage: expected one between scan and report", at: place)
        }
    }

    /// The stage's own keys over those of the stage that it is `like`; nil when that is none.
    private func resolve(_ item: Item, _ earlier: [String: YAMLValue]) -> YAMLValue? {
        guard case .mapping(let entries) = item.value.content, let like = entries.first(where: { $0.key == "like" })
        else { return item.value }
        guard let name = problems.text(like.value, expected: "the name of an earlier install stage") else { return nil }
        guard let base = earlier[name], name != "scan" else {
            let known = earlier.keys.filter { $0 != "scan" }.sorted()
            let expected = known.isEmpty ? "an install stage before it" : "one of \(known.joined(separator: ", "))"
            let found = "`\(item.name)` is like `\(name)`, which is no install stage before it"
            problems.add("\(found): expected \(expected)", at: like.value.place)
            return nil
        }
        let own = YAMLValue(place: item.value.place, content: .mapping(entries.filter { $0.key != "like" }))
        return base.overlaid(with: own)
    }

    private func stage(_ item: Item) -> Stage? {
        guard !item.isReport else {
            let reader = MappingReader(item.value, "the report", keys: ["csv"], problems)
            return reader.map { Stage(name: item.name, work: .report, export: $0.value("csv").flatMap(export)) }
        }
        let (title, keys) =
            item.isScan
            ? ("the scan", LaneReader.keys + ["gate"])
            : ("an install stage", ["like"] + LaneReader.keys + ["reboot", "hooks", "gate"])
        guard let reader = MappingReader(item.value, title, keys: keys, problems) else { return nil }
        let gate = reader.value("gate").flatMap { GateReader.read($0, problems) }
        let reboot = reader.value("reboot").map { problems.word($0, RebootPolicy.self) } ?? .ifNeeded
        let hooks = item.isScan ? nil : reader.value("hooks").flatMap(documents.hooks)
        let lanes = LaneReader(reader: reader, isScan: item.isScan)
        guard let rules = lanes.rules(with: hooks?.documents ?? []) else { return nil }
        return Stage(
            name: item.name,
            work: item.isScan ? .scan(rules) : .install(rules, reboot: reboot ?? .ifNeeded),
            gate: gate,
            hooks: hooks
        )
    }

    private func export(_ value: YAMLValue) -> ReportExport? {
        let expected = "a folder such as s3://acme-evidence/patching/{year}-{month}/"
        guard let reader = MappingReader(value, "`csv`", keys: ["to"], problems),
            let value = reader.required("to", expected: expected),
            let export = problems.text(value, expected: expected).map(ReportExport.init)
        else { return nil }
        if let problem = export.problem { problems.add("found \(value.title): \(problem)", at: value.place) }
        return export
    }

    private func runStage(_ item: Item, _ run: YAMLValue) -> Stage? {
        guard let outer = MappingReader(item.value, "a run stage", keys: ["run", "gate"], problems),
            let reader = MappingReader(run, "`run`", keys: ["document"] + LaneReader.keys, problems)
        else { return nil }
        let gate = outer.value("gate").flatMap { GateReader.read($0, problems) }
        let document = reader.required("document", expected: "the name of a document").flatMap(documents.document)
        let rules = LaneReader(reader: reader, isScan: false).rules(with: document.map { [$0] } ?? [])
        guard let rules, let document else { return nil }
        return Stage(name: item.name, work: .run(rules, document), gate: gate)
    }
}
