package import Domain
package import DurableStreams
import PatchStreams
import ReadModels
package import Time

/// Brings a notice of a subject to a destination, once.
///
/// It returns what was answered, in a few words, and throws ``DeliveryRefusal`` when another attempt would change nothing.
package typealias DeliverySender =
    @Sendable (_ destination: Destination, _ subject: String, _ notice: Notice) async throws -> String

/// Carries out what outboxes ask for.
package struct DeliveryWorker: Sendable {
    private let reader: StreamReader
    private let send: DeliverySender
    private let now: @Sendable () -> Timestamp

    package init(reader: StreamReader, send: @escaping DeliverySender, now: @escaping @Sendable () -> Timestamp) {
        self.reader = reader
        self.send = send
        self.now = now
    }

    package func carryOut(_ task: ClaimedTask) async throws -> [Message] {
        let delivery = try DomainJSON.decode(Delivery.self, from: task.body)
        let (recipient, notice) = (delivery.recipient, delivery.notice)
        // A claim that was lost may be another's success: nothing is sent twice knowingly.
        let outbox = try await reader.fold(DomainDecider<Outbox>.withoutEffects, task.stream)?.state
        let mailing = outbox?.mailings.first { $0.recipient == recipient }
        guard mailing?.sending?.number == notice.number else { return [] }
        let destinations = try await reader.policy().policy?.destinations ?? []
        guard let destination = destinations.first(where: { $0.name == recipient.destination }),
            destination.channel == recipient.channel
        else {
            throw PermanentTaskFailure("the policy has no destination \(recipient.destination) for it any more")
        }
        let answer: String
        do {
            answer = try await send(destination, task.stream.name, notice)
        } catch let refusal as DeliveryRefusal {
            throw PermanentTaskFailure(refusal.description)
        }
        let told = OutboxMessage.delivered(
            destination: recipient.destination,
            number: notice.number,
            answer: String(answer.prefix(200))
        )
        return [try Reply(task.stream, told).message(of: task, at: now())]
    }
}

extension TaskRunnerConfiguration {
    /// About a day of attempts: those who are told may be down for a night.
    ///
    /// Few at a time to a webhook, which is a small program; findings are waited for by the hundred that go in one request.
    static func deliveries(of kind: String) -> Self {
        var configuration = Self()
        configuration.concurrency = kind.hasPrefix(Delivery.kind(of: .securityHub)) ? 100 : 8
        configuration.lease = .seconds(120)
        configuration.attempts = 32
        configuration.firstRetry = .seconds(5)
        configuration.longestRetry = .seconds(3_600)
        return configuration
    }
}
