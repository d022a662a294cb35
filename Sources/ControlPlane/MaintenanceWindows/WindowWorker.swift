import AgentProtocol
package import Domain
package import DurableStreams
import PatchStreams
package import ReadModels
package import Time

/// Sends the commands that maintenance windows ask for.
package struct WindowWorker: Sendable {
    private let reader: StreamReader
    private let commands: CommandService
    private let now: @Sendable () -> Timestamp

    /// - Parameter patience: how long it waits for a command's start to be decided before it tries again later.
    package init(
        sender: MessageSender,
        reader: StreamReader,
        questions: FleetQuestions,
        workflows: WorkflowLibrary,
        patience: Duration = .seconds(20),
        now: @escaping @Sendable () -> Timestamp
    ) {
        let desk = MessageDesk(sender: sender, patience: patience, now: now)
        commands = CommandService(
            desk: desk,
            cycles: OneOffCycles(desk: desk, reader: reader),
            library: workflows.documents,
            questions: questions
        )
        self.reader = reader
        self.now = now
    }

    /// By the kind of task.
    package var handlers: [String: TaskHandler] {
        [WindowWork.kind: { task in try await carryOut(task) }]
    }

    // MARK: - Steps

    private func carryOut(_ task: ClaimedTask) async throws -> [Message] {
        let place = try DomainJSON.decode(WindowWork.self, from: task.body).place
        let window = try await reader.fold(MaintenanceWindowDecider(), task.stream)?.state
        // A window that is deleted starts nothing more.
        guard let window, let execution = window.execution(place.execution), let invocation = window.invocation(place)
        else { return [] }
        let message: MaintenanceWindowMessage
        do {
            if invocation.isStopped { throw CommandRefusal.unfit("It was stopped before it was sent.") }
            _ = try await commands.send(
                window.command(at: place, execution.tasks[place.task - 1].task, invocation),
                id: place.description,
                site: window.site,
                until: execution.occurrence.cutoff,
                tells: window.name,
                by: "window/\(window.id)"
            )
            message = .commandSent(place)
        } catch let refusal as CommandRefusal {
            message = .commandRefused(place, reason: refusal.description)
        } catch let problem as Problem where problem.status < 500 {
            message = .commandRefused(place, reason: problem.detail)
        }
        return [try Reply(task.stream, message).message(of: task, at: now())]
    }
}

extension MaintenanceWindow {
    /// What an invocation sends, its pseudo parameters filled in (ssm-semantics §6.4).
    package func command(at place: WindowPlace, _ task: WindowTask, _ invocation: WindowInvocation) -> SentCommand {
        let values = [
            "WINDOW_ID": id, "WINDOW_TASK_ID": task.windowTaskId,
            "WINDOW_TARGET_ID": invocation.windowTargetID ?? "",
            "WINDOW_EXECUTION_ID": place.ofExecution.description, "TASK_EXECUTION_ID": place.ofTask.description,
            "INVOCATION_ID": place.description, "TARGET_TYPE": "INSTANCE",
        ]
        func filled(_ text: String) -> String {
            guard text.contains("{{") else { return text }
            return values.reduce(text) { text, value in
                text.replacing("{{\(value.key)}}", with: value.value)
                    .replacing("{{ \(value.key) }}", with: value.value)
            }
        }
        return SentCommand(
            documentName: task.documentName,
            documentVersion: task.command?.documentVersion,
            parameters: task.parameters.mapValues { $0.map(filled) },
            targets: invocation.targets,
            comment: task.command?.comment.map(filled),
            timeoutSeconds: task.command?.timeoutSeconds ?? SentCommand.defaultTimeoutSeconds,
            maxConcurrency: task.maxConcurrency,
            maxErrors: task.maxErrors
        )
    }
}
