import AWSSignature
import ControlPlane
import Deliveries
import Domain
import DurableStreams
import FoundationEssentials
import Logging
import ReadModels
import ServiceLifecycle
import Time

/// The parts of a worker that tell others what happens.
struct Dispatch: Sendable {
    let command: ServeCommand
    let logger: Logger

    func services(
        _ store: PostgresStore,
        _ reader: StreamReader,
        _ questions: FleetQuestions,
        _ workflows: WorkflowLibrary,
        _ sender: MessageSender,
        _ name: String,
        _ hints: Hints,
        _ now: @escaping @Sendable () -> Timestamp
    ) -> [any Service] {
        let courier = courier()
        let worker = DeliveryWorker(reader: reader, send: courier.send(to:_:_:), now: now)
        let lines = DeliveryLines(
            name: name,
            store: store,
            hints: hints,
            handler: worker.carryOut,
            now: now,
            logger: logger
        )
        let watch = DeliveryWatch(
            reader: reader,
            questions: questions,
            workflows: workflows,
            sender: sender,
            logger: logger,
            now: now
        )
        return [
            Background(name: "deliveries") { await lines.run() },
            Background(name: "what others are told") { await watch.run() },
        ]
    }

    private func courier() -> Courier {
        let folder = command.secrets ?? "\(command.database.data)/secrets"
        let environment = ProcessInfo.processInfo.environment
        return Courier(
            secret: { try SecretFile.load("\(folder)/\($0)") },
            secretPlace: { "\(folder)/\($0)" },
            credentials: AWSCredentials(environment: environment),
            endpoint: environment["AWS_ENDPOINT_URL_SECURITYHUB"] ?? environment["AWS_ENDPOINT_URL"],
            now: SystemClock.now
        )
    }
}
