extension WorkflowDefinition {
    /// What a cycle of it runs by: what the file leaves to the policy is filled in, and what people rejected stands in every baseline.
    ///
    /// The file's own sites and baselines stand before the policy's.
    ///
    /// - Throws: ``PolicyGap`` when the file leaves something to the policy that it does not have.
    package func completed(by book: PolicyBook) throws(PolicyGap) -> Self {
        var whole = self
        let own = Set(sites.map(\.name))
        let others = (book.policy?.sites ?? []).filter { !own.contains($0.name) }
        whole.sites += others.map { Site(name: $0.name, zone: $0.zone) }
        if baselines.isEmpty { whole.baselines = book.policy?.allBaselines ?? [] }
        guard runsAlone || !whole.baselines.isEmpty else {
            throw .baselines(workflow: name, isPolicyThere: book.policy != nil)
        }
        whole = whole.rejecting(book.rejections)
        for index in stages.indices { try whole.stages[index].fillWindow(from: book.policy, of: name) }
        return whole
    }
}

extension WorkflowDefinition {
    /// With these in every baseline beside its own.
    package func rejecting(_ rejections: [PatchRejection]) -> Self {
        var whole = self
        whole.baselines = baselines.map { $0.rejecting(rejections) }
        return whole
    }
}

extension PolicyBook {
    /// The policy's, for any patch group, with what people reject in each.
    package var baselines: [Baseline] { policy?.allBaselines.map { $0.rejecting(rejections) } ?? [] }
}

extension Baseline {
    /// With these beside its own.
    package func rejecting(_ others: [PatchRejection]) -> Self {
        var baseline = self
        baseline.rejections += others.filter { !rejections.contains($0) }
        return baseline
    }
}

extension Stage {
    fileprivate mutating func fillWindow(from policy: Policy?, of workflow: String) throws(PolicyGap) {
        guard var rules = laneRules, case .policy(let name) = rules.window.opens else { return }
        guard let window = policy?.window(named: name) else {
            throw .window(name, workflow: workflow, isPolicyThere: policy != nil)
        }
        rules.window = window.rule
        rules.deliverySeconds = min(rules.deliverySeconds, window.rule.durationSeconds - window.rule.cutoffSeconds)
        switch work {
        case .scan: work = .scan(rules)
        case .install(_, let reboot): work = .install(rules, reboot: reboot)
        case .run(_, let document): work = .run(rules, document)
        case .report: return
        }
    }
}

/// What a workflow leaves to the policy, and the policy does not have.
package enum PolicyGap: Error, Equatable, CustomStringConvertible {
    case baselines(workflow: String, isPolicyThere: Bool)
    case window(String, workflow: String, isPolicyThere: Bool)

    package var description: String {
        switch self {
        case .baselines(let workflow, let isPolicyThere):
            "workflow \(workflow) leaves its baselines to the policy, \(Self.fault("it has none", isPolicyThere))"
        case .window(let name, let workflow, let isPolicyThere):
            "workflow \(workflow) goes by the policy's window \(name), \(Self.fault("it has none of that name", isPolicyThere))"
        }
    }

    private static func fault(_ lack: String, _ isPolicyThere: Bool) -> String {
        isPolicyThere
            ? "and \(lack); add it to the policy's files and run `ringmaster policy apply`"
            : "and none is applied; run `ringmaster policy apply FOLDER`"
    }
}
