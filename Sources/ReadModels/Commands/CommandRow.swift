import Domain
import Time

/// What lists of commands are chosen by.
struct CommandRow: Sendable {
    let id: String
    let site: String
    let document: String
    let sentAt: Timestamp

    /// nil for a cycle that is no command.
    init?(cycle name: String, _ cycle: Cycle) {
        guard let id = SentCommand.id(ofCycle: name), let command = cycle.start?.command, let sentAt = cycle.startedAt,
            let site = cycle.start?.definition.stages.first?.laneRules?.targets.sites.first
        else { return nil }
        (self.id, self.site, self.sentAt) = (id, site, sentAt)
        document = CommandDocument.name(of: command.documentName)
    }
}
