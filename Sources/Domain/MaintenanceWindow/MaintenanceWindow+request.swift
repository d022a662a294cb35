extension MaintenanceWindow {
    package func request(at place: WindowPlace) -> CommandRequest? {
        guard let execution = execution(place.execution), let invocation = invocation(place) else { return nil }
        return CommandRequest(
            command(at: place, execution.tasks[place.task - 1].task, invocation),
            until: execution.occurrence.cutoff,
            of: .window(name),
            isStopped: invocation.isStopped
        )
    }

    /// What an invocation sends, its pseudo parameters filled in (ssm-semantics §6.4).
    package func command(at place: WindowPlace, _ task: WindowTask, _ invocation: WindowInvocation) -> SentCommand {
        let values = [
            "WINDOW_ID": id, "WINDOW_TASK_ID": task.windowTaskId,
            "WINDOW_TARGET_ID": invocation.windowTargetID ?? "",
            "WINDOW_EXECUTION_ID": place.ofExecution.description, "TASK_EXECUTION_ID": place.ofTask.description,
            "INVOCATION_ID": place.description, "TARGET_TYPE": "INSTANCE",
            // The snapshot that all tasks of an execution share.
            "aws:ORCHESTRATION_ID": place.ofExecution.description,
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
