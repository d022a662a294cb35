package import Time

extension SentCommand {
    /// How much longer than its steps a host run may take, in seconds: for restarts.
    package static let slackSeconds = 900
    package static let longestHostRunSeconds = 2 * 86_400
    /// How long the scan of an install waits for a node, in seconds.
    ///
    /// Nothing is installed until all have scanned: one node that is switched off would hold up all others, in a maintenance window
    /// perhaps until its cutoff. Agents that run ask within seconds.
    package static let longestScanDeliverySeconds = 600

    /// The stages of a command, by their work.
    package enum StageName {
        package static let run = WorkflowDefinition.oneOffRun
        package static let scan = "scan"
        package static let install = "install"
        package static let report = "report"
    }

    /// The documents that it names as hooks; those of a document that takes none are not asked for.
    package func hookNames(of document: CommandDocument) -> [String] {
        guard case .patch(isHooked: true) = document.body else { return [] }
        let names = Self.hookParameters.compactMap { parameters[$0]?.first }
        return Set(names).filter { !$0.isEmpty && $0 != CommandDocument.noop }.sorted()
    }

    /// What its cycle runs by.
    ///
    /// - Parameters:
    ///   - document: the one that it names, in its version.
    ///   - hooks: documents that it may name as hooks.
    ///   - end: from then on no host begins; nil for no such time beyond the command's own.
    package func definition(
        of document: CommandDocument,
        site: String,
        hooks: [Document],
        until end: Timestamp?
    ) throws(CommandRefusal) -> WorkflowDefinition {
        let values = try document.values(parameters)
        let stages: [Stage] =
            switch document.body {
            case .script(let shell): [try runStage(Self.script(values, shell), site, end)]
            case .document(let document): [try runStage(document, site, end)]
            case .patch(let isHooked):
                try patchStages(values, isHooked ? try Self.hooks(values, hooks) : nil, site, end)
            }
        return .oneOff(stages)
    }

    // MARK: - Steps

    private func runStage(_ document: Document, _ site: String, _ end: Timestamp?) throws(CommandRefusal) -> Stage {
        if let flaw = document.flaw { throw .invalidParameters("of the document, \(flaw)") }
        let seconds = document.timeoutSeconds + Self.slackSeconds + timeoutSeconds
        return Stage(name: StageName.run, work: .run(try rules(site, end, hostRunSeconds: seconds), document))
    }

    private func patchStages(
        _ values: [String: [String]],
        _ hooks: Hooks?,
        _ site: String,
        _ end: Timestamp?
    ) throws(CommandRefusal) -> [Stage] {
        let step = values[CommandDocument.stepTimeout]?.first.flatMap { Int($0) } ?? CommandDocument.defaultStepTimeout
        let hookSeconds = hooks?.documents.reduce(0) { $0 + $1.timeoutSeconds } ?? 0
        let rules = try rules(site, end, hostRunSeconds: step + hookSeconds + Self.slackSeconds)
        let reboot: RebootPolicy = values["RebootOption"] == ["NoReboot"] ? .never : .ifNeeded
        let report = Stage(name: StageName.report, work: .report)
        guard values["Operation"] == ["Install"] else {
            return [Stage(name: StageName.scan, work: .scan(rules)), report]
        }
        var scan = rules
        scan.deliverySeconds = min(timeoutSeconds, Self.longestScanDeliverySeconds)
        return [
            Stage(name: StageName.scan, work: .scan(scan)),
            Stage(name: StageName.install, work: .install(rules, reboot: reboot), hooks: hooks), report,
        ]
    }

    private func rules(_ site: String, _ end: Timestamp?, hostRunSeconds: Int) throws(CommandRefusal) -> LaneRules {
        guard let targets = selector(site: site) else {
            let keys = targets.map(\.key).joined(separator: ", ")
            throw .invalidTargets("of the targets' keys \(keys), those here are InstanceIds, tag:KEY and tag-key")
        }
        guard let rateControl else {
            throw .unfit(
                "a max concurrency of \(maxConcurrency) or max errors of \(maxErrors) is no number or percentage"
            )
        }
        return LaneRules(
            targets: targets,
            window: WindowRule(
                opens: .now,
                zone: .site,
                durationSeconds: lifetimeSeconds,
                cutoffSeconds: 0,
                endDate: end
            ),
            rateControl: rateControl,
            deliverySeconds: timeoutSeconds,
            hostRunSeconds: min(hostRunSeconds, Self.longestHostRunSeconds)
        )
    }

    /// A script of the commands' lines.
    private static func script(_ values: [String: [String]], _ shell: DocumentStep.Shell) -> Document {
        let step = DocumentStep(
            name: CommandDocument.stepName(of: shell),
            lines: values["commands"] ?? [],
            shell: shell,
            workingDirectory: values["workingDirectory"]?.first,
            timeoutSeconds: values["executionTimeout"]?.first.flatMap { Int($0) } ?? defaultExecutionSeconds
        )
        return Document(name: shell == .bash ? "AWS-RunShellScript" : "AWS-RunPowerShellScript", steps: [step])
    }

    private static let hookParameters = ["PreInstallHookDocName", "PostInstallHookDocName", "OnExitHookDocName"]

    private static func hooks(_ values: [String: [String]], _ library: [Document]) throws(CommandRefusal) -> Hooks? {
        func document(_ parameter: String) throws(CommandRefusal) -> Document? {
            let name = values[parameter]?.first ?? ""
            guard !name.isEmpty, name != CommandDocument.noop else { return nil }
            guard let document = library.first(where: { $0.name == name }) else {
                throw .invalidParameters("the parameter \(parameter) names \(name), which is no document here")
            }
            return document
        }
        let hooks = Hooks(
            beforeInstall: try document(hookParameters[0]),
            afterInstall: try document(hookParameters[1]),
            onExit: try document(hookParameters[2])
        )
        return hooks.documents.isEmpty ? nil : hooks
    }
}

extension CommandDocument {
    /// The one step of a script's document; its plugin's name in SSM has `aws:` before it.
    package static func stepName(of shell: DocumentStep.Shell) -> String {
        switch shell {
        case .bash: "runShellScript"
        case .powershell: "runPowerShellScript"
        }
    }
}

extension WorkflowDefinition {
    /// That of what people and AWS's tools ask for once.
    package static func oneOff(_ stages: [Stage]) -> Self {
        Self(name: oneOffRun, zone: "UTC", starts: nil, sites: [], baselines: [], stages: stages)
    }
}
