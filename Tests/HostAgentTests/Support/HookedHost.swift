import AgentProtocol
import HostAgent
import Time

/// A host in memory with one package, which does what a test says and notes what it was made to do.
struct HookedHost {
    var isMissing = true
    var isRebootPending = false
    var asksForReboot = false
    var installFails = false
    /// What a step ends with, by its hook and how often it was begun; 0 where nothing is said.
    var exitCode: (Order.Hook?, _ attempt: Int) -> Int = { _, _ in 0 }
    /// Whether the reboot command leads to another boot.
    var reboots = true
    /// Why the reboot command is not run; nil where it is.
    var rebootFailure: StepFailure?
    var boot = 1
    /// `before-install`, `install`, `reboot` and so on, in order; a step of the order's own document by its name.
    private(set) var trace: [String] = []

    static let patch = Orders.patch("web", "2.0")

    static func document(_ steps: String...) -> Order.Document {
        Order.Document(
            name: "d",
            steps: steps.map { Order.Step(name: $0, work: .command(["/bin/true"]), timeoutSeconds: 60) }
        )
    }

    static let allHooks = Order.Hooks(
        beforeInstall: document("a"),
        afterInstall: document("b"),
        afterReboot: document("c"),
        onExit: document("d")
    )

    var bootFacts: BootFacts { BootFacts(bootID: "boot-\(boot)", kernel: "6.1") }

    /// Drives the run to its end.
    ///
    /// - Parameters:
    ///   - withdrawal: after which effect the order is taken back.
    ///   - isCut: whether the agent is ended after the effect of that number, before what came of it is written down.
    mutating func carryOut(
        _ run: inout HostRun,
        at moment: Timestamp = Orders.start,
        cutAfter isCut: (Int) -> Bool = { _ in false },
        withdrawnAfter withdrawal: Int? = nil
    ) -> HostRunFact? {
        var effects = 0
        for _ in 0..<500 {
            switch run.nextStep(now: moment, boot: bootFacts) {
            case .record(let event): run.apply(event, at: moment)
            case .perform(let effect):
                let outcome = perform(effect)
                effects += 1
                if let outcome, !isCut(effects) {
                    run.apply(.observed(outcome), at: moment)
                } else {
                    run.apply(.resumed, at: moment)
                }
                if effects == withdrawal { run.apply(.withdrawn, at: moment) }
            case .wait: return nil
            case .askForSlot:
                trace.append("slot")
                run.apply(.slotGranted(fence: 1, until: moment + .seconds(900)), at: moment)
            case .releaseSlot:
                trace.append("release")
                run.apply(.slotReleased, at: moment)
            case .done: return run.outcome
            }
        }
        return nil
    }

    // MARK: - Steps

    /// nil for what ends the agent.
    mutating func perform(_ effect: HostRunEffect) -> HostRunOutcome? {
        switch effect {
        case .refresh: return .refreshed
        case .survey: return .surveyed(survey)
        case .repair: return .repaired
        case .sift: return .sifted([])
        case .simulate(let patches):
            return .simulated(
                patches.map {
                    PlannedChange(.install, name: $0.name, architecture: "all", from: "1.0", to: $0.version)
                }
            )
        case .download: return .downloaded
        case .install:
            trace.append("install")
            guard !installFails else { return .transacted(complaint: StepFailure(.script, "postinst failed")) }
            isMissing = false
            isRebootPending = isRebootPending || asksForReboot
            return .transacted(complaint: nil)
        case .scan: return .scanned(inventory: "digest", survey)
        case .inspect: return .inspected(HostCondition())
        case .settle: return .settled(losses: [])
        case .runStep(let task):
            trace.append(task.place.hook?.rawValue ?? task.step.name)
            return .stepped(StepRun(exitCode: exitCode(task.place.hook, task.attempt), milliseconds: 1, output: "said"))
        case .reboot:
            trace.append("reboot")
            if let rebootFailure { return .failed(rebootFailure) }
            guard reboots else { return .stillRunning(detail: "nothing happened") }
            boot += 1
            isRebootPending = false
            return nil
        }
    }

    private var survey: HostSurvey {
        HostSurvey(
            packages: [
                PackageState(
                    name: "web",
                    architecture: "all",
                    version: isMissing ? "1.0" : "2.0",
                    isConfigured: true,
                    isHeld: false
                )
            ],
            isConsistent: true,
            rebootReasons: isRebootPending ? ["web asks for a reboot"] : [],
            rebootPackages: isRebootPending ? ["web"] : [],
            boot: bootFacts
        )
    }
}
