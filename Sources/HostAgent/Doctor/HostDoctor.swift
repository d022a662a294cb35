package import AgentProtocol
import Time

/// Finds what commonly breaks on a host, and mends it beside all orders.
package struct HostDoctor: Sendable {
    /// Of what was wrong, and of what came of it, in bytes.
    private static let maximumPart = RepairReport.maximumDetail / 2 - 10
    /// Begins the detail of a check that failed.
    private static let unchecked = "cannot be checked"

    private let state: StateFolder
    private let checks: [any HealthCheck]
    private let now: @Sendable () -> Timestamp

    init(
        state: StateFolder,
        checks: [any HealthCheck],
        now: @escaping @Sendable () -> Timestamp = SystemClock.now
    ) {
        self.state = state
        self.checks = checks
        self.now = now
    }

    /// The doctor of the host whose agent has this folder; it may be no node yet.
    package static func of(_ state: StateFolder, limits: HostLimitsFile = HostLimitsFile()) async throws -> HostDoctor {
        let configuration = try state.configuration()
        let root = configuration?.root ?? "/"
        var checks: [any HealthCheck] = [
            StateFolderCheck(state: state), LimitsCheck(file: limits),
            UpdaterCheck(updaters: OtherUpdaters(), root: root),
        ]
        checks += await packageChecks(configuration, root: root, folder: state.packageFolder)
        if let configuration {
            // Without a stock agent's credentials nobody can ask in its node's name.
            if configuration.isStock != true { checks.append(ServerCheck(configuration: configuration, state: state)) }
            if let file = configuration.caFile { checks.append(AuthorityCheck(file: file, now: SystemClock.now)) }
        } else {
            let detail = "this host is not enrolled in \(state.path)"
            checks.append(KnownFinding(Finding("enrolment", detail, advice: "run ringmaster-agent enrol")))
        }
        return HostDoctor(state: state, checks: checks)
    }

    private static func packageChecks(
        _ configuration: AgentConfiguration?,
        root: String,
        folder: String
    ) async -> [any HealthCheck] {
        do {
            let packages = try await HostPackages.manager(root: root, folder: folder, release: configuration?.release)
            let boot = root == "/" ? Boot.kernel() : nil
            return [
                StaleLockCheck(root: root), PackageDatabaseCheck(packages: packages),
                PackageIndexCheck(packages: packages, now: SystemClock.now), LeftoverCheck(packages: packages),
                BootSpaceCheck(root: root, running: boot, remover: packages as? any KernelRemover),
            ]
        } catch {
            return [
                KnownFinding(
                    Finding("package-manager", "it cannot be asked: \(error)", advice: "see to what it complains of")
                )
            ]
        }
    }

    /// Everything that is wrong; a check that cannot be made is a finding itself.
    package func examine() async -> [Finding] {
        var findings: [Finding] = []
        for check in checks { findings += await self.findings(of: check) }
        return findings
    }

    private func findings(of check: any HealthCheck) async -> [Finding] {
        do {
            return try await check.findings()
        } catch {
            return [Finding(check.name, "\(Self.unchecked): \(error)", advice: "mend that, and look again")]
        }
    }

    /// Mends what is repairable of the findings and keeps a record of each repair, which the agent tells the control plane.
    ///
    /// - Throws: ``AgentFailure``, before anything is done, when an order is under way.
    package func repair(_ findings: [Finding]) async throws -> [RepairReport] {
        let repairs = try await WorkLock(path: state.workLockFile).holding {
            if let run = try AgentState(journal: FramedFile.peek(state.journalFile)).activeRun {
                let text = "the order \(run.order.id) is under way and repairs what it needs"
                throw AgentFailure("nothing is repaired: \(text)")
            }
            var repairs: [RepairReport] = []
            for check in checks {
                let due = findings.filter { $0.check == check.name && $0.isRepairable }
                guard !due.isEmpty else { continue }
                let report = await repair(due, check)
                try RepairStore(folder: state.repairFolder).keep(report)
                repairs.append(report)
            }
            return repairs
        }
        guard let repairs else {
            throw AgentFailure("nothing is repaired: an order or another doctor is at work here; wait for its end")
        }
        return repairs
    }

    /// A repair is judged by looking again, never by what a tool says of itself.
    private func repair(_ due: [Finding], _ check: any HealthCheck) async -> RepairReport {
        // The end of both, for the bound of a report.
        let cause = OutputText.tail(of: due.map(\.detail).joined(separator: "; "), atMost: Self.maximumPart)
        var (isRepaired, verdict) = (false, "")
        do {
            verdict = try await check.repair()
            let left = await findings(of: check)
            isRepaired = !left.contains { $0.isRepairable || $0.detail.hasPrefix(Self.unchecked) }
            if !isRepaired { verdict = "still so: \(left.map(\.detail).joined(separator: "; "))" }
        } catch {
            verdict = "\(error)"
        }
        let end = OutputText.tail(of: verdict, atMost: Self.maximumPart)
        let detail = "\(cause): \(isRepaired ? "" : "not repaired, ")\(end)"
        return RepairReport(at: now(), check: check.name, isRepaired: isRepaired, detail: detail)
    }
}

/// What was found before any check was made.
private struct KnownFinding: HealthCheck {
    private let finding: Finding

    init(_ finding: Finding) { self.finding = finding }

    var name: String { finding.check }

    func findings() -> [Finding] { [finding] }
}
