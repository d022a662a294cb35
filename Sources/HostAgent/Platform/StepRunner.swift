package import AgentProtocol
import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// Runs the steps of documents on this machine: each in a session of its own, with nothing to read and a clean environment.
package struct StepRunner: Sendable {
    /// Of the output's end that is kept while a step runs, in bytes.
    static let outputLimit = 24 << 10
    private static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    private let folder: String
    private let root: String
    private let processes: ProcessTable

    /// - Parameters:
    ///   - folder: where scripts are put while they run.
    ///   - root: the folder that the agent patches, which steps are told; they run on the machine itself.
    package init(folder: String, root: String = "/", processes: ProcessTable = ProcessTable()) {
        self.folder = folder
        self.root = root
        self.processes = processes
    }

    /// Runs a step to its end, or to its timeout or the task's cancellation, at which everything in its process group is killed.
    ///
    /// - Returns: what came of it; also that it could not be begun.
    package func run(_ task: StepTask, for order: Order) async -> StepRun {
        do throws(StepFailure) {
            // What a killed agent left of it would go on beside it; what other steps left may have to stay.
            if task.attempt > 1 { processes.kill(withVariables: Self.names(of: task, order)) }
            let account = try task.step.user.map { name throws(StepFailure) in try Account(named: name) }
            let script = try script(of: task, for: account)
            defer { if let script { unlink(script) } }
            return await run(task, order, script: script, account)
        } catch {
            return StepRun(exitCode: nil, complaint: error.detail)
        }
    }

    /// Where the output of an order's steps is kept, up to ``outputLimit`` of each.
    package var log: RunLog { RunLog(name: "steps", path: folder + "/output") }

    // MARK: - Steps

    /// The script in a file that its user alone may read and run; nil for a command.
    private func script(of task: StepTask, for account: Account?) throws(StepFailure) -> String? {
        guard case .script(let text, let shell) = task.step.work else { return nil }
        let file = folder + (shell == .bash ? "/step.sh" : "/step.ps1")
        do throws(FileFailure) {
            // Its users enter it, and list nothing.
            try DurableFile.makeFolder(folder, mode: 0o711)
            try DurableFile.write(Array(text.utf8), to: file, mode: 0o700)
        } catch {
            throw StepFailure(.disk, "cannot be begun: \(error)")
        }
        if let account, chown(file, account.user, account.group) != 0 {
            throw StepFailure(.disk, "cannot be begun: \(FileFailure("give away", file, errno))")
        }
        return file
    }

    private func run(_ task: StepTask, _ order: Order, script: String?, _ account: Account?) async -> StepRun {
        let clock = ContinuousClock()
        let start = clock.now
        do {
            let output = try OutputTail(limit: Self.outputLimit)
            let ending: Ending
            do {
                ending = try await end(of: task, order, script: script, account, output)
            } catch {
                _ = await output.end()
                throw error
            }
            let duration = start.duration(to: clock.now)
            return ending.run(after: duration, output: StepOutput.masked(kept(await output.end(), of: task)))
        } catch {
            return StepRun(exitCode: nil, complaint: "cannot be begun: \(error)")
        }
    }

    /// What the step said, once it is in the log; also that it could not be kept there, which is no fault of the step's.
    private func kept(_ bytes: [UInt8], of task: StepTask) -> [UInt8] {
        let hook = task.place.hook.map { "\($0.rawValue) " } ?? ""
        do throws(FileFailure) {
            // A command makes no script, and so no folder.
            try DurableFile.makeFolder(folder, mode: 0o711)
            try log.begin("\(hook)\(task.document): \(task.step.name)")
            try DurableFile.write(bytes, to: log.path, mode: 0o600)
            return bytes
        } catch {
            return bytes + Array("\n(the whole output is not kept: \(error))\n".utf8)
        }
    }

    /// Begins the step's program and waits for its end or its timeout.
    private func end(
        of task: StepTask,
        _ order: Order,
        script: String?,
        _ account: Account?,
        _ output: OutputTail
    ) async throws -> Ending {
        let command = Self.command(of: task.step.work, script: script, as: account)
        let group = ProcessGroup()
        return try await withThrowingTaskGroup(of: Ending.self) { tasks in
            tasks.addTask {
                let result = try await Subprocess.run(
                    Self.executable(command.first ?? ""),
                    arguments: Arguments(Array(command.dropFirst())),
                    environment: environment(of: task, order, account),
                    workingDirectory: "/",
                    platformOptions: Self.options,
                    input: .none,
                    output: .fileDescriptor(output.takeWriteEnd(), closeAfterSpawningProcess: true),
                    error: .combinedWithOutput
                ) { execution in
                    group.begin(execution.processIdentifier.value)
                }
                return .ended(result.terminationStatus)
            }
            tasks.addTask {
                do {
                    try await QuietClock().sleep(for: .seconds(task.step.timeoutSeconds))
                    return .timedOut
                } catch {
                    return .cancelled
                }
            }
            defer { tasks.cancelAll() }
            let first: Ending
            do {
                first = try await tasks.next() ?? .timedOut
            } catch is CancellationError {
                first = .cancelled
            }
            if case .ended(.exited) = first { return first }
            group.kill()
            if case .ended = first { return Task.isCancelled ? .cancelled : first }
            // Its end is waited for: the next step does not run beside it.
            do {
                _ = try await tasks.next()
            } catch is CancellationError {
                return .cancelled
            }
            return first
        }
    }

    /// The processes of a step: those of its session that have not left its group.
    private final class ProcessGroup: Sendable {
        private struct State {
            var leader: pid_t?
            var isKilled = false

            func strike() {
                if isKilled, let leader { _ = Glibc.kill(-leader, SIGKILL) }
            }
        }

        private let state = Mutex(State())

        /// Also one that begins after the time is up is killed.
        func begin(_ process: pid_t) {
            state.withLock { state in
                state.leader = process
                state.strike()
            }
        }

        func kill() {
            state.withLock { state in
                state.isKilled = true
                state.strike()
            }
        }
    }

    private enum Ending: Sendable {
        case ended(TerminationStatus)
        case timedOut
        case cancelled

        func run(after duration: Duration, output: String) -> StepRun {
            let (seconds, attoseconds) = duration.components
            let milliseconds = Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
            switch self {
            case .timedOut:
                return StepRun(exitCode: nil, isTimedOut: true, milliseconds: milliseconds, output: output)
            case .cancelled:
                return StepRun(exitCode: nil, isCancelled: true, milliseconds: milliseconds, output: output)
            case .ended(.exited(let code)):
                return StepRun(exitCode: Int(code), milliseconds: milliseconds, output: output)
            case .ended(let status):
                let complaint = "did not end by itself: \(status)"
                return StepRun(exitCode: nil, complaint: complaint, milliseconds: milliseconds, output: output)
            }
        }
    }

    /// The program and its arguments.
    private static func command(of work: Order.Step.Work, script: String?, as account: Account?) -> [String] {
        let command =
            switch work {
            case .script(_, .bash): ["bash", script ?? ""]
            case .script(_, .powershell): ["pwsh", "-NoLogo", "-NoProfile", "-NonInteractive", "-File", script ?? ""]
            case .command(let arguments): arguments
            }
        // Between fork and exec of a process with threads the C library's calls that change the user wait for threads that are
        // not there, so a program of the system does it.
        guard let account, let groups = account.groups else { return command }
        let list = groups.map(String.init).joined(separator: ",")
        return ["setpriv", "--reuid=\(account.user)", "--regid=\(account.group)", "--groups=\(list)", "--"] + command
    }

    /// A name is looked up on the step's path.
    private static func executable(_ name: String) -> Executable {
        name.contains("/") ? .path(FilePath(name)) : .name(name)
    }

    private static var options: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        return options
    }

    /// What tells the processes of a step from all others.
    private static func names(of task: StepTask, _ order: Order) -> [String: String] {
        [
            "RINGMASTER_ORDER": order.id, "RINGMASTER_HOOK": task.place.hook?.rawValue ?? "",
            "RINGMASTER_STEP": task.step.name,
        ]
    }

    private func environment(of task: StepTask, _ order: Order, _ account: Account?) -> Environment {
        var values = task.step.environment
        values["PATH"] = values["PATH"] ?? Self.path
        values["HOME"] = values["HOME"] ?? account?.home ?? "/root"
        values["USER"] = values["USER"] ?? account?.name ?? "root"
        values["LANG"] = values["LANG"] ?? "C.UTF-8"
        values.merge(Self.names(of: task, order)) { _, own in own }
        values["RINGMASTER_NODE"] = order.node
        values["RINGMASTER_CYCLE"] = order.cycle
        values["RINGMASTER_ROOT"] = root
        values["RINGMASTER_DOCUMENT"] = task.document
        values["RINGMASTER_ATTEMPT"] = "\(task.attempt)"
        let keyed = values.map { (Environment.Key(stringLiteral: $0), $1) }
        return .custom(Dictionary(uniqueKeysWithValues: keyed))
    }
}
