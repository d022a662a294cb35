import Domain

/// Reads `stages`: a list of mappings with one key each, the stage's name.
enum StageReader {
    private struct Item {
        var name: String
        var place: Place
        var value: YAMLValue
    }

    static func read(_ value: YAMLValue, _ problems: ProblemList) -> [Stage] {
        guard case .list(let values) = value.content else {
            problems.add("found \(value.title): expected a list of stages", at: value.place)
            return []
        }
        let items = values.compactMap { item($0, problems) }
        checkOrder(items, at: value.place, problems)
        // A stage is like one before it, so that what it is like is known already.
        var merged: [String: YAMLValue] = [:]
        return items.compactMap { item in
            guard let whole = resolve(item, merged, problems) else { return nil }
            merged[item.name] = whole
            return stage(Item(name: item.name, place: item.place, value: whole), problems)
        }
    }

    // MARK: - Steps

    private static func item(_ value: YAMLValue, _ problems: ProblemList) -> Item? {
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

    private static func checkOrder(_ items: [Item], at place: Place, _ problems: ProblemList) {
        problems.checkUnique("stages", items.map { ($0.name, $0.place) })
        guard let first = items.first, let last = items.last else {
            problems.add("there are no stages: expected scan, one or more installs, report", at: place)
            return
        }
        if first.name != "scan" {
            problems.add(
                "the first stage is `\(first.name)`: expected `scan`, without which there is no plan",
                at: first.place
            )
        }
        if last.name != "report" {
            problems.add("the last stage is `\(last.name)`: expected `report`", at: last.place)
        }
        for item in items.dropFirst().dropLast() where ["scan", "report"].contains(item.name) {
            problems.add("`\(item.name)` stands between first and last: expected an install stage", at: item.place)
        }
        if !items.contains(where: { !["scan", "report"].contains($0.name) }) {
            problems.add("there is no install stage: expected one between scan and report", at: place)
        }
    }

    /// The stage's own keys over those of the stage that it is `like`; nil when that is none.
    private static func resolve(
        _ item: Item,
        _ earlier: [String: YAMLValue],
        _ problems: ProblemList
    ) -> YAMLValue? {
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

    private static func stage(_ item: Item, _ problems: ProblemList) -> Stage? {
        let isScan = item.name == "scan"
        let keys =
            item.name == "report"
            ? [] : (isScan ? [] : ["like"]) + LaneReader.keys + (isScan ? [] : ["reboot"]) + ["gate"]
        let title = keys.isEmpty ? "the report" : isScan ? "the scan" : "an install stage"
        guard let reader = MappingReader(item.value, title, keys: keys, problems) else { return nil }
        guard item.name != "report" else { return Stage(name: item.name, work: .report) }
        let gate = reader.value("gate").flatMap { GateReader.read($0, problems) }
        let reboot = reader.value("reboot").map { problems.word($0, RebootPolicy.self) } ?? .ifNeeded
        guard let rules = LaneReader(reader: reader, isScan: isScan).rules else { return nil }
        return Stage(
            name: item.name,
            work: isScan ? .scan(rules) : .install(rules, reboot: reboot ?? .ifNeeded),
            gate: gate
        )
    }
}
