import Domain
import ReadModels
import Time

/// A step of a command's document, as SSM knows it, on one node.
struct CommandPlugin: Equatable, Sendable {
    /// Where the node's own output of it is kept.
    struct Log: Equatable, Sendable {
        var order: OrderID
        /// The hook and the name of the step; nil for whatever the run printed.
        var step: Step?

        struct Step: Equatable, Sendable {
            var hook: Hook?
            var name: String
        }
    }

    var name: String
    var status: RunStatus
    /// The exit code; -1 until there is one.
    var code = -1
    var begun: Timestamp?
    var ended: Timestamp?
    /// What the log has of it: the end of what was printed, or what came of it in words.
    var said = ""
    /// Why it has failed.
    var complaint = ""
    var log: Log?
}

/// The plugins of an invocation, by its document.
struct CommandPlugins: Sendable {
    private let invocation: CommandInvocation
    private let isWindows: Bool

    /// - Parameter platform: the node's, such as `ubuntu`; nil where it is not known.
    init(_ invocation: CommandInvocation, platform: String?) {
        self.invocation = invocation
        isWindows = platform.map { ($0.lowercased()).hasPrefix("windows") } ?? false
    }

    /// In the order of the document.
    func all(of body: CommandDocument.Body) -> [CommandPlugin] {
        switch body {
        case .script(let shell):
            [whole("aws:" + CommandDocument.stepName(of: shell), step: CommandDocument.stepName(of: shell))]
        case .document(let document): document.steps.map { step(named: $0.name, hook: nil, as: $0.name) }
        case .patch(isHooked: false):
            [
                patch("PatchWindows", isOurs: isWindows), patch("PatchLinux", isOurs: !isWindows),
                patch("PatchMacOS", isOurs: false),
            ]
        case .patch(isHooked: true): hooked
        }
    }

    /// The one that tells most of an invocation: the first that has not succeeded, or else the last that has run.
    func telling(of body: CommandDocument.Body) -> CommandPlugin? {
        let plugins = all(of: body)
        return plugins.first { !["Success", "Pending"].contains($0.status.status) } ?? plugins.last { $0.log != nil }
            ?? plugins.first
    }

    // MARK: - Steps

    private func run(of stage: String) -> CommandInvocation.Run? { invocation.runs.first { $0.part.stage == stage } }

    private var hooked: [CommandPlugin] {
        var scan = patch("PreInstallScan", of: run(of: SentCommand.StageName.scan))
        if run(of: SentCommand.StageName.install) == nil { scan.status = invocation.status }
        return [
            scan,
            step(named: nil, hook: .beforeInstall, as: "CustomerProvidedPrePatchHook"),
            patch("InstallNoReboot", of: run(of: SentCommand.StageName.install)),
            step(named: nil, hook: .afterInstall, as: "CustomerProvidedPostInstallHook"),
            step(named: nil, hook: .onExit, as: "CustomerProvidedOnExitHook"),
        ]
    }

    /// The document's one step, which is the invocation itself.
    private func whole(_ name: String, step: String) -> CommandPlugin {
        var plugin = self.step(named: step, hook: nil, as: name)
        plugin.status = invocation.status
        return plugin
    }

    private func patch(_ name: String, isOurs: Bool) -> CommandPlugin {
        guard isOurs else { return other(name) }
        var plugin = patch(name, of: invocation.runs.last)
        plugin.status = invocation.status
        plugin.begun = invocation.runs.first?.trace.acceptedAt
        return plugin
    }

    private func patch(_ name: String, of run: CommandInvocation.Run?) -> CommandPlugin {
        guard let run else { return other(name) }
        let status = RunStatus(of: run.part.state, failure: run.trace.fact?.failure, isHalted: run.part.isHalted)
        var plugin = CommandPlugin(name: name, status: status, begun: run.trace.acceptedAt)
        guard status.isEnd else { return plugin }
        plugin.ended = run.trace.endedAt
        plugin.code = run.trace.fact == nil ? -1 : status.status == "Success" ? 0 : 1
        plugin.said = run.trace.fact?.report ?? ""
        if status.status != "Success" { plugin.complaint = invocation.detail ?? "" }
        plugin.log = CommandPlugin.Log(order: run.part.order)
        return plugin
    }

    /// What is skipped, with success as SSM shows it (ssm-semantics §3.1).
    private func other(_ name: String) -> CommandPlugin {
        guard invocation.status.isEnd else { return CommandPlugin(name: name, status: RunStatus("Pending")) }
        let said = "Not run: it is for another platform, or there was nothing to do."
        return CommandPlugin(name: name, status: RunStatus("Success"), code: 0, said: said)
    }

    /// - Parameter step: nil for all of the hook's document.
    private func step(named step: String?, hook: Hook?, as name: String) -> CommandPlugin {
        guard let run = invocation.runs.last else { return CommandPlugin(name: name, status: RunStatus("Pending")) }
        let outcomes = run.trace.steps.filter { $0.hook == hook && (step == nil || $0.name == step) }
        guard let outcome = outcomes.first(where: { !$0.isGood }) ?? outcomes.last else {
            if hook != nil { return other(name) }
            // A step that the document did not come to.
            let isOver = invocation.status.isEnd
            let status = isOver && run.trace.fact != nil ? RunStatus("Cancelled") : invocation.status
            return CommandPlugin(
                name: name,
                status: status.status == "InProgress" ? RunStatus("Pending") : status,
                complaint: isOver ? invocation.detail ?? "" : ""
            )
        }
        return CommandPlugin(
            name: name,
            status: outcome.status,
            code: outcome.exitCode ?? (outcome.isGood ? 0 : -1),
            begun: run.trace.acceptedAt,
            ended: run.trace.endedAt,
            said: outcomes.map(\.output).joined(separator: "\n"),
            complaint: outcome.isGood ? "" : invocation.detail ?? "",
            log: CommandPlugin.Log(order: run.part.order, step: .init(hook: hook, name: outcome.name))
        )
    }
}

extension StepOutcome {
    fileprivate var isGood: Bool { state == .succeeded || state == .skipped }

    fileprivate var status: RunStatus {
        switch state {
        case .succeeded, .skipped: RunStatus("Success")
        case .failed, .notRestarted: RunStatus("Failed")
        case .timedOut: RunStatus("TimedOut", "ExecutionTimedOut")
        case .cancelled: RunStatus("Cancelled")
        }
    }
}

extension HostFact {
    /// The class of its failure; nil when it is none.
    fileprivate var failure: String? {
        switch self {
        case .failed(let failure, _, _, _): failure.rawValue
        case .ran(let failure, _): failure?.rawValue
        case .refused(let cause, _): cause.rawValue
        case .accepted, .installing, .rebooting, .verifying, .scanned, .installed: nil
        }
    }

    /// What came of it, in words.
    fileprivate var report: String {
        switch self {
        case .scanned: "Scanned.\n"
        case .installed(_, let patches, let reboot):
            Self.lines(patches) + (reboot == nil ? "Installed, without a reboot.\n" : "Installed, and rebooted.\n")
        case .failed(_, let detail, _, let patches): Self.lines(patches) + detail + "\n"
        case .refused(_, let detail): detail + "\n"
        case .ran(_, let detail): detail.map { $0 + "\n" } ?? ""
        case .accepted, .installing, .rebooting, .verifying: ""
        }
    }

    private static func lines(_ patches: [PatchOutcome]) -> String {
        patches.map { "\($0.patch.name) \($0.patch.version): \($0.state.rawValue)\n" }.joined()
    }
}
