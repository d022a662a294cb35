package import Domain

/// A workflow definition as people write it: YAML.
package enum WorkflowFile {
    /// Largest file that is taken, in bytes.
    package static let maximumBytes = 1 << 20

    private static let keys = ["workflow", "zone", "starts", "sites", "baselines", "stages"]

    /// The definition that the bytes spell out.
    ///
    /// - Parameters:
    ///   - file: its name in messages.
    ///   - documents: those that its stages may name; what they name is put in.
    /// - Throws: all that is wrong with it, each with line and column.
    package static func parse(
        _ bytes: [UInt8],
        file: String,
        documents: [Document] = []
    ) throws(WorkflowProblems) -> WorkflowDefinition {
        let problems = ProblemList(file: file)
        let document = problems.text(of: bytes).flatMap { YAMLValue.document($0, problems) }
        let definition = document.flatMap { read($0, documents, problems) }
        guard let definition, problems.isEmpty else { throw problems.failure }
        return definition
    }

    // MARK: - Steps

    private static func read(
        _ value: YAMLValue,
        _ documents: [Document],
        _ problems: ProblemList
    ) -> WorkflowDefinition? {
        guard let reader = MappingReader(value, "the workflow", keys: keys, problems) else { return nil }
        let name = reader.required("workflow", expected: "its name").flatMap { self.name($0, problems) }
        let zone = reader.value("zone").map { problems.zone($0) } ?? "UTC"
        let starts = reader.value("starts").map { self.starts($0, zone: zone ?? "UTC", problems) }
        let sites = reader.list("sites").compactMap { value in site(value, problems).map { ($0, value.place) } }
        problems.checkUnique("sites", sites.map { ($0.name, $1) })
        let baselines = reader.list("baselines").compactMap { value in
            BaselineReader.read(value, problems).map { ($0, value.place) }
        }
        problems.checkUnique("baselines", baselines.map { ($0.name, $1) })
        let stages = reader.required("stages", expected: "a list of stages").map {
            StageReader(documents, problems).read($0)
        }
        guard let name, let zone, let stages else { return nil }
        return WorkflowDefinition(
            name: name,
            zone: zone,
            starts: starts ?? nil,
            sites: sites.map(\.0),
            baselines: baselines.map(\.0),
            stages: stages
        )
    }

    private static func name(_ value: YAMLValue, _ problems: ProblemList) -> String? {
        guard let name = problems.text(value, expected: "a name") else { return nil }
        let isFit =
            name.utf8.count <= RolloutName.maximumWorkflow
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        if name == WorkflowDefinition.oneOffRun {
            problems.add("`\(name)` is the name of one-off runs: expected another", at: value.place)
        }
        if isFit { return name }
        problems.add(
            "found `\(name)`: expected at most \(RolloutName.maximumWorkflow) letters, digits, hyphens, underscores and dots",
            at: value.place
        )
        return nil
    }

    private static func starts(_ value: YAMLValue, zone: String, _ problems: ProblemList) -> ScheduleRule? {
        guard let reader = MappingReader(value, "`starts`", keys: ["schedule", "zone"], problems) else { return nil }
        let schedule = reader.required("schedule", expected: "cron(…), rate(…) or at(…)").flatMap(problems.schedule)
        let own = reader.value("zone").map { problems.zone($0) } ?? zone
        guard let schedule, let own else { return nil }
        return ScheduleRule(expression: schedule, zone: own)
    }

    private static func site(_ value: YAMLValue, _ problems: ProblemList) -> Site? {
        guard let reader = MappingReader(value, "a site", keys: ["name", "zone"], problems) else { return nil }
        let name = reader.required("name", expected: "the site's name").flatMap {
            problems.text($0, expected: "the site's name")
        }
        let zone = reader.required("zone", expected: "its IANA time zone").flatMap(problems.zone)
        guard let name, let zone else { return nil }
        return Site(name: name, zone: zone)
    }
}

extension ProblemList {
    /// A file's text; nil when it is too large or no text, which is then among the problems.
    func text(of bytes: [UInt8], atMost limit: Int = WorkflowFile.maximumBytes) -> String? {
        let start = Place(line: 1, column: 1)
        guard bytes.count <= limit else {
            add("the file has \(bytes.count) bytes: expected at most \(limit)", at: start)
            return nil
        }
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        add("the file is not UTF-8", at: start)
        return nil
    }
}
