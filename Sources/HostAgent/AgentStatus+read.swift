import AgentProtocol
package import Time

extension AgentStatus {
    /// Reads what the folder and the host say.
    ///
    /// - Throws: ``AgentFailure`` when the host is not enrolled.
    package static func read(
        _ state: StateFolder,
        limits: HostLimitsFile = HostLimitsFile(),
        processes: ProcessTable = ProcessTable(),
        now: Timestamp = SystemClock.now()
    ) async throws -> AgentStatus {
        guard let configuration = try state.configuration() else {
            throw AgentFailure("this host is not enrolled in \(state.path): run ringmaster-agent enrol first")
        }
        let known = try AgentState(journal: FramedFile.peek(state.journalFile))
        let contact = DurableFile.changed(state.checkInFile)
        return AgentStatus(
            node: configuration.node,
            server: configuration.server,
            site: configuration.site,
            patchGroup: configuration.patchGroup,
            root: configuration.root,
            lastContact: contact == 0 ? nil : Timestamp(microseconds: contact * 1_000_000),
            underWay: try known.activeRun.map { try UnderWay($0, packageFolder: state.packageFolder, now: now) },
            lastOrder: known.finished.last.map(Ending.init),
            lastRefusal: known.finished.last { if case .refused = $0.fact { true } else { false } }.map(Ending.init),
            reportsToSend: known.outbox.count + known.bootReports.count,
            rebootReasons: await pendingReboot(configuration, folder: state.packageFolder),
            limits: sentences(on: limits.result, now: now),
            toRestart: configuration.root == "/" ? processes.outdatedPrograms().map(sentence) : []
        )
    }

    private static func pendingReboot(_ configuration: AgentConfiguration, folder: String) async -> [String]? {
        do {
            let release = configuration.release
            let packages = try await HostPackages.manager(root: configuration.root, folder: folder, release: release)
            return try await packages.rebootRequest().reasons
        } catch {
            return nil
        }
    }

    private static func sentences(on limits: Result<HostLimits, AgentFailure>, now: Timestamp) -> [String] {
        switch limits {
        case .failure(let failure): return ["nothing that changes the host: \(failure)"]
        case .success(let limits):
            var sentences: [String] = []
            if let closure = limits.closure(at: now) { sentences.append("nothing now: \(closure.detail)") }
            sentences += limits.businessHours.map { "business hours \($0)" }
            sentences += limits.freezes.map { "frozen \($0)" }
            if limits.neverReboot { sentences.append("never rebooted") }
            sentences += limits.heldPackages.sorted().map { "\($0) is held" }
            return sentences
        }
    }

    private static func sentence(_ program: ProcessTable.OutdatedProgram) -> String {
        "\(program.program), which uses replaced \(program.libraries.joined(separator: ", "))"
    }
}

extension AgentStatus.Ending {
    fileprivate init(_ report: Report) {
        self.init(order: report.order, outcome: report.fact.word, at: report.at, detail: report.fact.detail)
    }
}

extension AgentStatus.UnderWay {
    fileprivate init(_ run: HostRun, packageFolder: String, now: Timestamp) throws {
        let window = run.order.window
        let waits = run.phase == .accepted && now < window.opens
        self.init(
            order: run.order.id,
            step: run.standing,
            progress: try run.isChangingPackages
                ? RunLog.progress(in: RunLog.all(in: packageFolder)).map { "\($0)" } : nil,
            waitsFor: waits ? "its window to open at \(window.opens)" : nil,
            windowOpens: window.opens,
            windowCutoff: window.cutoff,
            windowCloses: window.closes
        )
    }
}

extension HostRunFact {
    /// Why it was refused or failed.
    fileprivate var detail: String? {
        switch self {
        case .refused(_, let detail), .failed(_, let detail, _, _): detail
        case .ran(_, let detail): detail
        case .accepted, .installing, .rebooting, .verifying, .scanned, .installed: nil
        }
    }
}
