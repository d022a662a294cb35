import Domain
import ReadModels
import Time

/// What a person must decide or look at now, the gravest first; nothing else.
struct TodayPage: Sendable {
    /// A cycle that waits for a person.
    struct Decision: Sendable {
        var badge: StateBadge
        /// What is to be decided, in one sentence.
        var sentence: String
        var details: [String]
        var cycle: String
        var address: String
    }

    /// A figure of the fleet that leads to its nodes.
    struct Tile: Sendable {
        var figure: String
        var title: String
        var tone: String
        var address: String
    }

    /// The findings in one state that are due first.
    struct DueGroup: Sendable {
        var badge: StateBadge
        var title: String
        var dues: [Due]
        /// Of findings that are not shown; nil when all are.
        var more: String?
        /// What lists them all.
        var command: String
    }

    struct Due: Sendable {
        var due: String
        var advisory: String
        var address: String
        var package: String
        var place: String
        var nodes: String
        var forecast: String
    }

    var frame: Frame
    var decisions: [Decision]
    var hasDecisions: Bool
    var cycles: [CycleLine]
    var hasCycles: Bool
    var tiles: [Tile]
    var complianceBar: String
    var complianceSentence: String
    /// When the fleet was counted, where that may be a while ago.
    var counted: String?
    var ageing: String
    var dueGroups: [DueGroup]
    var hasDues: Bool
    /// What the judgement of findings stands on; nil when it could not be made.
    var judgedSentence: String?
    var engineNotes: [String]

    /// Rows of each state: what is late hides nothing that is due soon.
    static let mostDues = 15
}

/// A cycle of a list.
struct CycleLine: Sendable {
    var id: String
    var address: String
    var workflow: String
    var badge: StateBadge
    var stage: String
    var started: String
    var ended: String
    var plan: String

    init(_ cycle: CycleSummary, at now: Timestamp) {
        id = cycle.id
        address = WebAddress("cycles", cycle.id).text
        workflow = cycle.workflow
        badge = StateBadge(cycle.state)
        stage = cycle.stage ?? ""
        started = "\(TimeText.utc(cycle.startedAt))"
        ended = cycle.endedAt.map { "\(TimeText.utc($0))" } ?? ""
        plan = cycle.planDigest.map(Figures.short) ?? ""
    }
}
