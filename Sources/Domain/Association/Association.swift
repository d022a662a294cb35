package import Time

/// An association of SSM's State Manager: a command that is sent when the association is made or changed, and by its schedule.
///
/// It has one execution at work at a time, for a node has one order at a time.
package struct Association: CommandSender {
    package static let streamKind = "association"
    /// How many versions are shown; the log keeps them all.
    package static let mostVersions = 20

    /// `SITE/UUID`.
    package let name: String
    /// nil before it is made, and once it is deleted.
    package internal(set) var configuration: AssociationConfiguration?
    package internal(set) var revision = 0
    package internal(set) var isDeleted = false
    package internal(set) var createdAt: Timestamp?
    package internal(set) var nextAt: Timestamp?
    /// Oldest first; the last one counts.
    package internal(set) var versions: [AssociationVersion] = []
    /// Oldest first.
    package internal(set) var executions: [AssociationExecution] = []
    package internal(set) var lastSuccessAt: Timestamp?
    /// It is to start as soon as nothing is at work.
    var isDue = false
    /// How many executions there were.
    var count = 0
    /// The time of the last event.
    var clock = Timestamp(microseconds: .min)

    package init(name: String) { self.name = name }

    package static func sent(_ place: AssociationPlace) -> AssociationMessage { .commandSent(place) }

    package static func refused(_ place: AssociationPlace, reason: String) -> AssociationMessage {
        .commandRefused(place, reason: reason)
    }

    package var isKept: Bool { configuration != nil }

    package var wakeAt: Timestamp? { nextAt }

    /// The execution that is at work.
    package var active: AssociationExecution? { executions.last { $0.endedAt == nil } }

    package func execution(_ number: Int) -> AssociationExecution? { executions.first { $0.number == number } }

    /// - Parameter number: nil for the present one.
    package func version(_ number: Int?) -> AssociationVersion? {
        guard let number else { return versions.last }
        return versions.first { $0.number == number }
    }

    package func request(at place: AssociationPlace) -> CommandRequest? {
        guard place.association == id, let execution = execution(place.execution), execution.endedAt == nil else {
            return nil
        }
        // Changed more often than versions are kept before anybody sent it: what counts now is sent.
        guard let settings = (version(execution.version) ?? versions.last)?.settings else { return nil }
        let end = settings.duration.map { execution.startedAt + .seconds($0 * 3_600) }
        return CommandRequest(settings.command, until: end, of: .association(name))
    }
}

/// What people set on an association at a time, by which its executions from then on run.
package struct AssociationVersion: Codable, Equatable, Sendable {
    /// From 1.
    package let number: Int
    package let settings: AssociationSettings
    package let createdAt: Timestamp
}
