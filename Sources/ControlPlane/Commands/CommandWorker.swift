import AgentProtocol
import Domain
package import DurableStreams
import PatchStreams
package import ReadModels
import Scheduling
package import Time

/// Sends the commands that maintenance windows and associations ask for.
package struct CommandWorker: Sendable {
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
            documents: DocumentShelf(folder: workflows.documents, reader: reader),
            questions: questions
        )
        self.reader = reader
        self.now = now
    }

    /// By the kind of task.
    package var handlers: [String: TaskHandler] {
        let kind = CommandWork<WindowPlace>.kind
        return [
            kind: { task in
                task.stream.kind == AssociationDecider.kind
                    ? try await carryOut(task, of: Association.self)
                    : try await carryOut(task, of: MaintenanceWindow.self)
            }
        ]
    }

    // MARK: - Steps

    private func carryOut<Sender: CommandSender>(
        _ task: ClaimedTask,
        of: Sender.Type
    ) async throws -> [Message] where Sender.Settings: ScheduledSettings {
        let place = try DomainJSON.decode(CommandWork<Sender.Place>.self, from: task.body).place
        let sender = try await reader.fold(CommandSenderDecider<Sender>(), task.stream)?.state
        // What is deleted starts nothing more.
        guard let sender, let request = sender.request(at: place) else { return [] }
        let message: Sender.Message
        do {
            if request.isStopped { throw CommandRefusal.unfit("It was stopped before it was sent.") }
            _ = try await commands.send(
                request.command,
                id: place.description,
                site: sender.site,
                until: request.end,
                for: request.owner,
                by: request.owner.actor
            )
            message = Sender.sent(place)
        } catch let refusal as CommandRefusal {
            message = Sender.refused(place, reason: refusal.description)
        } catch let problem as Problem where problem.status < 500 {
            message = Sender.refused(place, reason: problem.detail)
        }
        return [try Reply(task.stream, message).message(of: task, at: now())]
    }
}
