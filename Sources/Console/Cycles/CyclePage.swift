import ReadModels
import Time

/// The picture of a cycle: where it is, what its lanes do, what failed, what its gates wait for, and what a person can decide.
struct CyclePage: Sendable {
    /// A station of the track.
    struct Station: Sendable {
        var name: String
        var badge: StateBadge
        var isCurrent: Bool
        var progress: String
        var caption: String
        var anchor: String
    }

    struct Section: Sendable {
        var name: String
        var anchor: String
        var badge: StateBadge
        var summary: String
        /// Its rate control; nil for a stage without hosts.
        var limits: String?
        /// Of the stage that is under way, or was asked for; of others a link leads to them.
        var lanes: [LaneLine]
        var hasLanes: Bool
        var lanesAddress: String?
        var hiddenLanes: String?
        var failures: [FailureGroup]
        var hasFailures: Bool
        var gate: GatePanel?
    }

    /// What a person can decide now.
    struct Controls: Sendable {
        var canPause: Bool
        var canResume: Bool
        var canAbort: Bool
        var any: Bool
        /// What resuming means now.
        var resumeHint: String
    }

    var frame: Frame
    var id: String
    var workflow: String
    var badge: StateBadge
    var reason: String?
    var facts: [Fact]
    var stations: [Station]
    var sections: [Section]
    var controls: Controls
    var address: String
    var planAddress: String?
    var planSentence: String?
    var planDigest: String?
    var reportAddress: String?

    static let mostLanes = 80
    static let mostGroups = 12
    static let mostNamed = 8
}

/// A lane of a stage.
struct LaneLine: Sendable {
    var site: String
    var patchGroup: String
    var badge: StateBadge
    var bar: String
    var done: String
    var failed: String
    var hasFailed: Bool
    var other: String
    var inFlight: String
    /// By the site's clocks.
    var window: String
    var zone: String

    init(_ lane: LaneView, _ limits: CycleLimits) {
        site = lane.site
        patchGroup = lane.patchGroup
        badge = StateBadge(lane.state)
        bar = StackedBar.of(lane.counts, "\(lane.site) \(lane.patchGroup)").svg
        done = "\(Figures.grouped(lane.counts.ended))/\(Figures.grouped(lane.counts.targets))"
        failed = Figures.grouped(lane.counts.failed)
        hasFailed = lane.counts.failed > 0
        other = Figures.grouped(lane.counts.other)
        inFlight = Figures.grouped(lane.counts.inFlight)
        zone = limits.zone(ofSite: lane.site)
        window = TimeText.span(lane.opens, lane.closes, zone)
    }
}

/// Hosts that failed in the same way.
struct FailureGroup: Sendable {
    struct Host: Sendable {
        var name: String
        var address: String
    }

    /// The class, and the patches with theirs.
    var signature: String
    var count: String
    var hosts: [Host]
    var more: String?

    /// The groups of a stage's hosts that are told of, the largest first.
    static func all(of lanes: [LaneView]) -> [Self] {
        let failed = lanes.flatMap(\.hosts).filter { $0.detail != nil }
        return Dictionary(grouping: failed) { "\($0.state): \($0.detail ?? "")" }
            .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
            .prefix(CyclePage.mostGroups)
            .map { signature, hosts in
                let named = hosts.sorted { $0.name < $1.name }.prefix(CyclePage.mostNamed)
                let rest = hosts.count - named.count
                return Self(
                    signature: signature,
                    count: Figures.count(hosts.count, "host"),
                    hosts: named.map { Host(name: $0.name, address: WebAddress("nodes", $0.node).text) },
                    more: rest > 0 ? "and \(rest) more" : nil
                )
            }
    }
}

/// What a gate asks for beside what there is.
struct GatePanel: Sendable {
    struct Value: Sendable {
        var name: String
        var value: String
        var limit: String
        var badge: StateBadge
    }

    var title: String
    var isOpen: Bool
    var values: [Value]
    var approvals: [String]
    var waitsFor: [String]
    /// Whether this person can approve now.
    var canApprove: Bool
    var stage: String
    var planDigest: String
    var shortDigest: String
}

extension CountsView {
    /// One way or the other.
    var ended: Int { succeeded + failed + other }
}

extension StackedBar {
    /// How far host runs are.
    static func of(_ counts: CountsView, _ title: String) -> Self {
        Self(
            title: title,
            parts: [
                .init(tone: "good", name: "succeeded", count: counts.succeeded),
                .init(tone: "bad", name: "failed", count: counts.failed),
                .init(tone: "warn", name: "ended otherwise", count: counts.other),
                .init(tone: "busy", name: "in flight", count: counts.inFlight),
            ],
            whole: counts.targets
        )
    }
}
