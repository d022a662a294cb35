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
        let runners = Recipient.Channel.allCases.map { channel in
            let runner = TaskRunner(
                worker: "\(name)/\(channel.rawValue)",
                store: store,
                hints: hints,
                handlers: worker.handlers(for: channel),
                configuration: .deliveries(by: channel),
                now: now,
                logger: logger
            )
            return Background(name: "deliveries by \(channel.rawValue)") { await runner.run() }
        }
        let watch = DeliveryWatch(
            reader: reader,
            questions: questions,
            workflows: workflows,
            sender: sender,
            logger: logger,
            now: now
        )
        return runners + [Background(name: "what others are told") { await watch.run() }]
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
