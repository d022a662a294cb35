import AgentProtocol

extension HostRun {
    /// The terminal fact of an install whose last scan is this one.
    func verdict(_ inventory: String, _ survey: HostSurvey) -> HostRunFact {
        let results = results(after: survey)
        let missing = results.filter { $0.state == .failed }
        guard missing.isEmpty else {
            return .failed(
                kind: failureKind(of: missing, survey),
                detail: failureDetail(of: missing, survey),
                inventory: inventory,
                patches: results
            )
        }
        return .installed(InstallResult(inventory: inventory, patches: results, reboot: rebootResult))
    }

    /// Whether everything is installed that was not left out, and nothing of that half done: what is there takes effect as it
    /// would without the rest.
    func isInstalled(_ survey: HostSurvey) -> Bool {
        results(after: survey).allSatisfy { result in
            guard result.state == .failed else { return true }
            let isLeftOut = leftOut.contains { $0.patch == result.patch }
            return isLeftOut && survey.package(for: result.patch)?.isConfigured != false
        }
    }

    /// The terminal fact of a run that a step ended.
    ///
    /// Without a survey since the last change there is nothing to judge the patches by.
    func failed(_ failure: StepFailure, inventory: String?) -> HostRunFact {
        if case .run = order.work { return .ran(kind: failure.kind, detail: bounded(failure.detail)) }
        let judged = current.map { results(after: $0) }
        return .failed(kind: failure.kind, detail: bounded(failure.detail), inventory: inventory, patches: judged ?? [])
    }

    /// What became of each ordered patch and each package that was to come with them, by the package database alone.
    private func results(after survey: HostSurvey) -> [PatchResult] {
        var outputs = 0
        return (patches + newcomers).map { patch in
            let (earlier, later) = (before?.package(for: patch), survey.package(for: patch))
            var state = PatchResult.State.failed
            if earlier == nil, later == nil, !newcomers.contains(patch) {
                state = .notApplicable
            } else if let later, later.has(patch.version) {
                state = earlier?.has(patch.version) == true ? .alreadyInstalled : .installed
            }
            if awaitsReboot(patch, state, survey) { state = .pendingReboot }
            let cause = state == .failed ? reason(for: patch, survey) : nil
            if cause != nil { outputs += 1 }
            return PatchResult(
                patch: patch,
                state: state,
                versionBefore: earlier?.installedVersion,
                versionAfter: later?.installedVersion,
                failure: cause?.kind,
                output: outputs > Self.maximumOutputs ? nil : cause.map { OutputText.end(of: $0.detail) }
            )
        }
    }

    /// Why a patch is not installed: by itself, by the host's wish, or because the run came to no end with it.
    private func reason(for patch: PatchReference, _ survey: HostSurvey) -> StepFailure {
        if let own = leftOut.first(where: { $0.patch == patch }) { return own.reason }
        if survey.package(for: patch)?.isHeld == true {
            return StepFailure(.conflict, "\(patch.name) is held on this host")
        }
        return lastFailure ?? StepFailure(.unknown, "the package manager left it as it was and said nothing")
    }

    /// A host that wants a reboot and does not say for which package wants it for what was installed now.
    private func awaitsReboot(_ patch: PatchReference, _ state: PatchResult.State, _ survey: HostSurvey) -> Bool {
        guard !survey.rebootReasons.isEmpty else { return false }
        switch state {
        case .installed:
            return survey.rebootPackages.contains(patch.name) || !namesAPatch(survey.rebootPackages)
        case .alreadyInstalled:
            return survey.rebootPackages.contains(patch.name)
        case .notApplicable, .pendingReboot, .failed:
            return false
        }
    }

    private func namesAPatch(_ packages: [String]) -> Bool {
        (patches + newcomers).contains { packages.contains($0.name) }
    }

    private func failureKind(of missing: [PatchResult], _ survey: HostSurvey) -> FailureKind {
        if let failure = failure ?? leftOut.first?.reason { return failure.kind }
        let isHeld = missing.contains { survey.package(for: $0.patch)?.isHeld == true }
        return isHeld ? .conflict : .unknown
    }

    private func failureDetail(of missing: [PatchResult], _ survey: HostSurvey) -> String {
        let states = missing.map { result in
            let package = survey.package(for: result.patch)
            let state = package?.isConfigured == false ? ", not configured" : ""
            let found = package?.installedVersion.map { $0 + state } ?? "not installed"
            let note = package?.isHeld == true ? ", held on this host" : ""
            let reason = leftOut.first { $0.patch == result.patch }.map { " (\($0.reason))" } ?? ""
            return "\(result.patch.name) is \(found)\(note), ordered \(result.patch.version)\(reason)"
        }
        return bounded((states + (failure.map { [$0.detail] } ?? [])).joined(separator: "; "))
    }

    func bounded(_ text: String) -> String {
        guard text.utf8.count > StepFailure.maximumDetail else { return text }
        let bytes = Array(text.utf8.prefix(StepFailure.maximumDetail))
        return String(decoding: bytes, as: UTF8.self)
    }
}
