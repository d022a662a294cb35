import Domain
import DurableStreams
package import Logging
import PatchStreams
import ReadModels

/// Keeps a schedule for each workflow that starts by the clock.
package struct ScheduleService: Sendable {
    private static let retry = Duration.seconds(5)

    private let desk: MessageDesk
    private let workflows: WorkflowLibrary
    private let reader: StreamReader

    init(desk: MessageDesk, workflows: WorkflowLibrary, reader: StreamReader) {
        self.reader = reader
        self.desk = desk
        self.workflows = workflows
    }

    /// Tells the schedules of the loaded definitions, and disables those of workflows that are gone or start no more by the clock.
    ///
    /// One that is as it was changes nothing. Tries until it is done or the task is cancelled.
    package func defineAll(logger: Logger) async {
        await untilDone("schedules not defined", [:], logger) {
            let wanted = ScheduleDefinitions(workflows, try await reader.policy())
            for gap in wanted.gaps { logger.warning("schedule not defined", metadata: ["reason": "\(gap)"]) }
            for definition in wanted.definitions { try await tell(definition.stream, .define(definition.cycle)) }
        }
        let loaded = Set(workflows.all.filter { $0.definition.starts != nil }.map(\.definition.name))
        await untilDone("schedules of former workflows not disabled", [:], logger) {
            for stream in try await reader.streams(ofKind: ScheduleDecider.kind) where !loaded.contains(stream.name) {
                guard try await reader.fold(ScheduleDecider(), stream)?.state.isEnabled == true else { continue }
                try await tell(stream, .disable)
                logger.notice("schedule disabled: no loaded workflow asks for it", metadata: ["stream": "\(stream)"])
            }
        }
    }

    // MARK: - Steps

    private func tell(_ stream: StreamID, _ message: ScheduleMessage) async throws {
        try await desk.ask(stream, message, id: "\(message.kind)/\(Secret.identifier())", by: "server")
    }

    private func untilDone(
        _ failure: String,
        _ metadata: Logger.Metadata,
        _ logger: Logger,
        _ body: () async throws -> Void
    ) async {
        while !Task.isCancelled {
            do {
                return try await body()
            } catch is CancellationError {
                return
            } catch {
                let metadata = metadata.merging(["error": "\(error)"]) { given, _ in given }
                logger.error("\(failure); trying again", metadata: metadata)
            }
            do { try await Task.sleep(for: Self.retry) } catch { return }
        }
    }
}
