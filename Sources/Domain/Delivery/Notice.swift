package import Time

/// What one destination is told of a subject at one time.
package struct Notice: Codable, Equatable, Sendable {
    /// Of those of its outbox, from 1; each is sent under its own.
    package var number: Int
    package var kind: NoticeKind
    package var standing: Standing
    package var at: Timestamp
    /// When the destination was first to be told of what is open.
    package var since: Timestamp
    /// Other sites that the destination may have the node open at, in order; nil for none.
    package var leaving: [String]?

    package init(number: Int, kind: NoticeKind, standing: Standing, at: Timestamp, since: Timestamp) {
        self.number = number
        self.kind = kind
        self.standing = standing
        self.at = at
        self.since = since
    }

    /// The same however often it is sent, and never that of another: a database that was brought back counts anew, at another time.
    package func id(of subject: String) -> String { "\(subject)/\(number).\(at.microseconds / 1_000)" }
}

/// A notice on its way.
package struct Delivery: Codable, Equatable, Sendable {
    package var recipient: Recipient
    package var notice: Notice

    package init(recipient: Recipient, notice: Notice) {
        self.recipient = recipient
        self.notice = notice
    }

    /// What the kinds of all tasks that tell somebody something begin with.
    package static let kindPrefix = "deliver-"

    /// Its name as a task: each destination's own, so that one that is slow keeps no other waiting.
    package var kind: String { "\(Self.kind(of: recipient.channel))/\(recipient.destination)" }

    /// What the kind of tasks that go by the channel begins with.
    package static func kind(of channel: Recipient.Channel) -> String {
        switch channel {
        case .webhook: kindPrefix + "webhook"
        case .securityHub: kindPrefix + "finding"
        }
    }
}

/// Why a notice was not taken, when sending it again as it is would change nothing.
package struct DeliveryRefusal: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
