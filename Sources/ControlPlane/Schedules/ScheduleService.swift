import Domain
import DurableStreams
package import Logging
import PatchStreams

/// Keeps a schedule for each workflow that starts by the clock.
package struct ScheduleService: Sendable {
    private static let retry = Duration.seconds(5)

    private let desk: MessageDesk
    private let workflows: WorkflowLibrary

    init(desk: MessageDesk, workflows: WorkflowLibrary) {
        self.desk = desk
        self.workflows = workflows
    }

    /// Tells the schedules of the loaded definitions; one that is as it was changes nothing.
    ///
    /// Tries until it is done or the task is cancelled.
    package func defineAll(logger: Logger) async {
        for workflow in workflows.all {
            guard let rule = workflow.definition.starts else { continue }
            let start = CycleStart(
                definition: workflow.definition,
                definitionDigest: workflow.digest,
                opensWindowsNow: false
            )
            let message = ScheduleMessage.define(ScheduledCycle(rule: rule, start: start))
            await define(message, of: workflow.definition.name, logger)
        }
    }

    private func define(_ message: ScheduleMessage, of name: String, _ logger: Logger) async {
        while !Task.isCancelled {
            do {
                let id = "define/\(Secret.identifier())"
                return try await desk.ask(
                    StreamID(kind: ScheduleDecider.kind, name: name),
                    message,
                    id: id,
                    by: "server"
                )
            } catch is CancellationError {
                return
            } catch {
                logger.error(
                    "schedule not defined; trying again",
                    metadata: ["workflow": "\(name)", "error": "\(error)"]
                )
            }
            do { try await Task.sleep(for: Self.retry) } catch { return }
        }
    }
}
