import Domain

/// Reads what scan and install stages have in common.
struct LaneReader {
    static let keys = ["targets", "window", "concurrency", "errors", "delivery-timeout", "host-run-timeout"]

    /// Most seconds that a host run may be given.
    private static let longestHostRun = 86_400
    /// How much longer than its documents' steps a host run may take where nothing is said, in seconds.
    private static let slackSeconds = 900

    private let reader: MappingReader
    private let isScan: Bool
    private var problems: ProblemList { reader.problems }

    init(reader: MappingReader, isScan: Bool) {
        self.reader = reader
        self.isScan = isScan
    }

    /// nil when something that it needs is wrong.
    ///
    /// - Parameter documents: what each host runs.
    func rules(with documents: [Document] = []) -> LaneRules? {
        let targets = isScan && reader.value("targets") == nil ? .all : requiredTargets
        let window = reader.required("window", expected: "when it runs").flatMap { WindowReader.read($0, problems) }
        let concurrency = limit("concurrency", from: 1, scanDefault: .percent(100))
        let errors = limit("errors", from: 0, scanDefault: .percent(100))
        let hostRun = hostRunSeconds(with: documents)
        guard let window else { return nil }
        let delivery = deliverySeconds(in: window)
        guard let targets, let concurrency, let errors, let delivery else { return nil }
        return LaneRules(
            targets: targets,
            window: window,
            rateControl: RateControl(maxConcurrency: concurrency, maxErrors: errors),
            deliverySeconds: delivery,
            hostRunSeconds: hostRun
        )
    }

    // MARK: - Steps

    private var requiredTargets: TargetSelector? {
        guard let value = reader.required("targets", expected: "`all`, or a ring, patch groups or sites") else {
            return nil
        }
        if case .scalar(let text) = value.content {
            if text == "all" { return .all }
            problems.add(
                "found \(value.title): expected `all`, or a mapping of ring, patch-groups, sites, nodes",
                at: value.place
            )
            return nil
        }
        let keys = ["ring", "patch-groups", "sites", "nodes"]
        guard let targets = MappingReader(value, "`targets`", keys: keys, problems) else { return nil }
        let nodes = targets.texts("nodes", expected: "a node's id such as mi-0a1b2c3d4e5f60718")
        let selector = TargetSelector(
            rings: targets.texts("ring", expected: "a ring such as early"),
            patchGroups: targets.texts("patch-groups", expected: "a patch group such as Ubuntu22-early or Ubuntu22-*"),
            sites: targets.texts("sites", expected: "a site"),
            nodes: nodes.isEmpty ? nil : nodes
        )
        if selector == .all { problems.add("`targets` names nothing: expected `all` or a ring", at: value.place) }
        return selector
    }

    private func limit(_ key: String, from minimum: Int, scanDefault: Limit) -> Limit? {
        if isScan, reader.value(key) == nil { return scanDefault }
        return reader.required(key, expected: "a number or a percentage of hosts").flatMap {
            problems.limit($0, from: minimum, what: key)
        }
    }

    /// By default four hours, or as long as the documents' steps may take, and a while for the rest.
    private func hostRunSeconds(with documents: [Document]) -> Int {
        let steps = min(Self.longestHostRun, documents.reduce(0) { $0 + $1.timeoutSeconds })
        let unsaid = max(LaneRules.defaultHostRunSeconds, min(Self.longestHostRun, steps + Self.slackSeconds))
        let range = 60...Self.longestHostRun
        guard let value = reader.value("host-run-timeout"),
            let seconds = problems.seconds(value, in: range, what: "a host-run timeout")
        else { return unsaid }
        if seconds < steps {
            let message =
                "a host-run timeout of \(ProblemList.words(seconds)) does not fit the steps of its documents: "
                + "expected at least \(ProblemList.words(steps)), the sum of their timeouts"
            problems.add(message, at: value.place)
        }
        return seconds
    }

    /// By default an hour, or as long as something may start in a shorter window.
    private func deliverySeconds(in window: WindowRule) -> Int? {
        let usable = window.durationSeconds - window.cutoffSeconds
        guard let value = reader.value("delivery-timeout") else { return min(LaneRules.defaultDeliverySeconds, usable) }
        guard let seconds = problems.seconds(value, in: 1...86_400, what: "a delivery timeout") else { return nil }
        if seconds <= usable { return seconds }
        let message =
            "a delivery timeout of \(ProblemList.words(seconds)) does not fit the window: "
            + "expected at most \(ProblemList.words(usable)), from its opening to its cutoff"
        problems.add(message, at: value.place)
        return nil
    }
}
