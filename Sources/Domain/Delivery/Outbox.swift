package import Time

/// What destinations are told of one node or cycle, so that each learns how things are, one notice after the other.
///
/// Nothing queues up: a destination that is behind is told next what stands then.
package struct Outbox: EventSourced {
    /// How far one destination is.
    package struct Mailing: Codable, Equatable, Sendable {
        package var recipient: Recipient
        /// What it was told last; nil before anything.
        package fileprivate(set) var told: Notice?
        /// What is on its way to it.
        package fileprivate(set) var sending: Notice?
        package fileprivate(set) var failure: Failure?
        /// Something was given up since it took a notice last: nobody knows whether it took that, too.
        fileprivate var isDoubtful = false

        fileprivate init(_ recipient: Recipient) { self.recipient = recipient }
    }

    /// A notice that was given up.
    package struct Failure: Codable, Equatable, Sendable {
        package var notice: Notice
        package var error: String
        package var at: Timestamp
    }

    /// nil before anything was observed.
    package private(set) var standing: Standing?
    /// By destination.
    package private(set) var mailings: [Mailing] = []
    /// How many notices there were.
    private var count = 0
    /// The time of the last event.
    private var clock = Timestamp(microseconds: .min)

    package init() {}

    package var wakeAt: Timestamp? { nil }

    package var recipients: [Recipient] { mailings.map(\.recipient) }

    /// Whether the outbox is to be told of it.
    package func wants(_ standing: Standing, _ recipients: [Recipient]) -> Bool {
        standing.isNews(after: self.standing) || (self.standing != nil && recipients != self.recipients)
    }

    package func decide(_ message: OutboxMessage, now: Timestamp, actor: String) throws(OutboxRefusal) -> [OutboxEvent]
    {
        let now = max(now, clock)
        switch message {
        case .observe(let standing, let recipients):
            let recipients = recipients.sorted { $0.destination < $1.destination }
            guard wants(standing, recipients) else { return [] }
            let settled = standing.settled(after: self.standing)
            return following(.observed(settled, recipients: recipients, at: now))
        case .delivered(let destination, let number, let answer):
            guard isSending(number, to: destination) else { return [] }
            return following(.delivered(destination: destination, number: number, answer: answer, at: now))
        case .failed(let destination, let number, let error):
            guard isSending(number, to: destination) else { return [] }
            return following(.failed(destination: destination, number: number, error: error, at: now))
        case .resend(let destination):
            let mailing = mailings.first { $0.recipient.destination == destination }
            guard let failure = mailing?.failure else { throw .notFailed(destination: destination) }
            return [.resent(destination: destination, number: failure.notice.number, by: actor, at: now)]
        case .wake: return []
        }
    }

    package mutating func evolve(_ event: OutboxEvent) {
        clock = max(clock, event.at)
        switch event {
        case .observed(let standing, let recipients, _):
            self.standing = standing
            mailings = recipients.map { recipient in
                mailings.first { $0.recipient == recipient } ?? Mailing(recipient)
            }
            // What was given up and need not be said any more is no failure any more.
            for index in mailings.indices where mailings[index].kind(for: standing) == nil {
                mailings[index].failure = nil
            }
        case .queued(let destination, let number, let kind, let at):
            count = number
            guard let standing else { return }
            update(destination) { mailing in
                let since = kind == .nodeOpened ? at : mailing.told?.since ?? at
                let leaving = mailing.sitesLeft(for: standing)
                mailing.sending = Notice(number: number, kind: kind, standing: standing, at: at, since: since)
                mailing.sending?.leaving = leaving.isEmpty ? nil : leaving
                mailing.failure = nil
            }
        case .delivered(let destination, _, _, _):
            update(destination) { mailing in
                mailing.told = mailing.sending
                mailing.sending = nil
                mailing.isDoubtful = false
            }
        case .failed(let destination, _, let error, let at):
            update(destination) { mailing in
                mailing.failure = mailing.sending.map { Failure(notice: $0, error: error, at: at) }
                mailing.sending = nil
                mailing.isDoubtful = true
            }
        case .resent(let destination, _, _, _):
            update(destination) { mailing in
                mailing.sending = mailing.failure?.notice
                mailing.failure = nil
            }
        }
    }

    package func effects(of event: OutboxEvent) -> [Delivery] {
        switch event {
        case .queued(let destination, _, _, _), .resent(let destination, _, _, _):
            mailings.filter { $0.recipient.destination == destination }.compactMap { mailing in
                mailing.sending.map { Delivery(recipient: mailing.recipient, notice: $0) }
            }
        case .observed, .delivered, .failed: []
        }
    }

    // MARK: - Steps

    private func isSending(_ number: Int, to destination: String) -> Bool {
        mailings.contains { $0.recipient.destination == destination && $0.sending?.number == number }
    }

    /// The event, and the notices that are due after it.
    private func following(_ event: OutboxEvent) -> [OutboxEvent] {
        var state = self
        state.evolve(event)
        guard let standing = state.standing else { return [event] }
        var number = state.count
        let due = state.mailings.compactMap { mailing -> OutboxEvent? in
            guard mailing.isFree(for: standing), let kind = mailing.kind(for: standing) else { return nil }
            number += 1
            return .queued(destination: mailing.recipient.destination, number: number, kind: kind, at: event.at)
        }
        return [event] + due
    }

    private mutating func update(_ destination: String, _ change: (inout Mailing) -> Void) {
        for index in mailings.indices where mailings[index].recipient.destination == destination {
            change(&mailings[index])
        }
    }
}

extension Outbox.Mailing {
    /// What is to be said so that the standing is known, whether or not it took what was given up.
    fileprivate func kind(for standing: Standing) -> NoticeKind? {
        if isDoubtful, case .node(let node) = standing { return node.isOpen ? .nodeOpened : .nodeClosed }
        return standing.notice(after: told?.standing, to: recipient)
    }

    /// The sites, other than the node's, that the destination may have it open at.
    fileprivate func sitesLeft(for standing: Standing) -> [String] {
        guard case .node(let node) = standing else { return [] }
        var sites = Set(failure?.notice.leaving ?? [])
        if case .node(let former) = failure?.notice.standing { sites.insert(former.site) }
        if case .node(let former) = told?.standing, former.isOpen { sites.insert(former.site) }
        return sites.subtracting([node.site]).sorted()
    }

    /// Whether something may be sent: one notice at a time, and what was given up is not tried again by itself.
    fileprivate func isFree(for standing: Standing) -> Bool {
        guard sending == nil else { return false }
        return failure.map { !standing.says(asMuchAs: $0.notice.standing) } ?? true
    }
}
