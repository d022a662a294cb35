import AgentProtocol
import Domain
import DurableStreams
import PatchStreams
package import ReadModels

/// Shows people what others were told, and sends again what was given up.
package struct DeliveryService: Sendable {
    /// The most outboxes that one page looks at.
    package static let mostAtOnce = 1_000

    private let desk: MessageDesk
    private let reader: StreamReader

    init(desk: MessageDesk, reader: StreamReader) {
        self.desk = desk
        self.reader = reader
    }

    /// How far the policy's destinations are with each subject, by subject and destination.
    ///
    /// - Parameters:
    ///   - state: of those that are listed; nil for all.
    ///   - destination: the one that is listed; nil for all.
    ///   - after: the last subject of the page before.
    ///   - limit: of subjects that are looked at, at most ``mostAtOnce``.
    package func list(
        in state: DeliveryView.State?,
        to destination: String?,
        after: String?,
        limit: Int
    ) async throws -> Listing<DeliveryView> {
        let limit = min(max(1, limit), Self.mostAtOnce)
        let destinations = Set(try await reader.policy().policy?.destinations.map(\.name) ?? [])
        let start = after.map { Outbox.stream($0) }
        let streams = try await reader.streams(ofKind: Outbox.streamKind, after: start, limit: limit)
        let outboxes = try await reader.folds(DomainDecider<Outbox>.withoutEffects, streams)
        var items: [DeliveryView] = []
        for (stream, outbox) in zip(streams, outboxes) {
            let views = (outbox?.mailings ?? []).compactMap { DeliveryView($0, of: stream.name) }
            items += views.filter { view in
                destinations.contains(view.destination) && (state == nil || state == view.state)
                    && (destination == nil || destination == view.destination)
            }
        }
        return Listing(items: items, next: streams.count == limit ? streams.last?.name : nil)
    }

    /// Sends again what was given up.
    ///
    /// - Parameter key: the same key sends once.
    /// - Throws: ``Problem`` 404 for a subject of which nobody was told, 409 when nothing was given up.
    package func resend(_ request: ResendDelivery, key: String?) async throws -> DeliveryView {
        let person = try PersonName.check(request.by)
        _ = try await mailing(request)
        let message = OutboxMessage.resend(destination: request.destination)
        let id = "\(message.kind)/\(key ?? Secret.identifier())"
        try await desk.ask(Outbox.stream(request.subject), message, id: id, by: person)
        guard let view = DeliveryView(try await mailing(request), of: request.subject) else { throw unknown(request) }
        return view
    }

    // MARK: - Steps

    private func mailing(_ request: ResendDelivery) async throws -> Outbox.Mailing {
        let isText = !request.subject.utf8.contains(0) && request.subject.utf8.count <= 500
        guard isText,
            let outbox = try await reader.fold(
                DomainDecider<Outbox>.withoutEffects,
                Outbox.stream(request.subject)
            )?.state,
            let mailing = outbox.mailings.first(where: { $0.recipient.destination == request.destination })
        else { throw unknown(request) }
        return mailing
    }

    private func unknown(_ request: ResendDelivery) -> Problem {
        let (subject, destination) = (request.subject.prefix(100), request.destination.prefix(100))
        let detail =
            "\(destination) was told nothing of \(subject); `ringmaster delivery ls` lists what was sent to whom"
        return Problem(status: 404, code: "delivery-unknown", detail: detail)
    }
}
