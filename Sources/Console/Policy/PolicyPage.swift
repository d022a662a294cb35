import Domain
import ReadModels
import Time

/// The policy as it stands, and what changed it, to read alone: it is written as files and applied by `ringmaster policy apply`.
struct PolicyPage: Sendable {
    struct Change: Sendable {
        struct Item: Sendable {
            var verb: String
            var name: String
            var nodes: String
            var details: [String]
        }

        var at: String
        var by: String
        var sentence: String
        var digest: String?
        var items: [Item]
        var more: String?
    }

    struct BaselinePanel: Sendable {
        struct Rule: Sendable {
            var filters: String
            var level: String
            var delay: String
        }

        var name: String
        var system: String
        var groups: String
        var rules: [Rule]
        var approved: String?
        var rejected: String?
    }

    struct Row: Sendable {
        var cells: [String]
    }

    var frame: Frame
    var hasPolicy: Bool
    var digest: String
    var applied: String
    var baselines: [BaselinePanel]
    var rejections: [Row]
    var hasRejections: Bool
    var sites: [Row]
    var windows: [Row]
    var deadlines: String
    var waivers: [Row]
    var hasWaivers: Bool
    var changes: [Change]
    var hasChanges: Bool

    static let mostChanges = 10
    static let mostItems = 20
    static let mostDetails = 12
}

extension PolicyPage {
    init(_ view: PolicyView, changes: [PolicyChangeView], for visit: Visit) {
        let policy = view.policy ?? Policy()
        frame = Frame("Policy", at: .policy, of: visit)
        hasPolicy = view.policy != nil
        digest = view.digest ?? ""
        applied = view.appliedAt.map { "\(TimeText.utc($0)) by \(view.appliedBy ?? "nobody known")" } ?? ""
        baselines = policy.baselines.map(BaselinePanel.init)
        rejections = view.rejections.map(Self.row) + policy.baselines.flatMap(\.rejections).map(Self.row)
        hasRejections = !rejections.isEmpty
        sites = policy.sites.map { site in
            let hours = site.businessHours.map { "\($0.day) \($0.from)–\($0.until)" }
            return Row(cells: [site.name, site.zone, hours.isEmpty ? "none" : hours.joined(separator: ", ")])
        }
        windows = policy.windows.map { window in
            let rule = window.rule
            let times =
                "\(TimeText.length(Int64(rule.durationSeconds))), cutoff \(TimeText.length(Int64(rule.cutoffSeconds)))"
            return Row(cells: [
                window.name, rule.opens.description, times, rule.stagger?.joined(separator: ", then ") ?? "",
            ])
        }
        deadlines = Self.deadlines(policy.sla ?? .standard)
        waivers = policy.waivers.map { waiver in
            Row(cells: [
                waiver.id, waiver.owner, "until \(TimeText.utc(waiver.expiresAt))",
                waiver.approval.map { "approved by \($0.by)" } ?? "not approved", waiver.reason,
            ])
        }
        hasWaivers = !waivers.isEmpty
        self.changes = changes.map(Change.init)
        hasChanges = !changes.isEmpty
    }

    private static func row(_ rejection: PatchRejection) -> Row {
        Row(cells: [
            rejection.entry, rejection.owner, rejection.expires.map { "until \($0)" } ?? "without an end",
            rejection.reason,
        ])
    }

    private static func deadlines(_ sla: SLAPolicy) -> String {
        let severities: [AdvisorySeverity] = [.critical, .high, .medium, .low]
        return severities.compactMap { severity in
            sla.days(for: severity).map { "\(severity.rawValue) within \($0) days" }
        }.joined(separator: ", ")
    }
}

extension PolicyPage.Change {
    fileprivate init(_ change: PolicyChangeView) {
        at = TimeText.utc(change.at)
        by = change.by
        sentence = change.sentence
        digest = change.digest.map(Figures.short)
        let rest = change.changes.count - PolicyPage.mostItems
        more = rest > 0 ? "and \(Figures.count(rest, "item")) more" : nil
        items = change.changes.prefix(PolicyPage.mostItems).map { item in
            let hidden = item.details.count - PolicyPage.mostDetails
            let more = hidden > 0 ? ["and \(hidden) more"] : []
            return Item(
                verb: item.verb.rawValue,
                name: "\(item.kind) \(item.name)",
                nodes: Figures.count(item.nodes, "node"),
                details: item.details.prefix(PolicyPage.mostDetails) + more
            )
        }
    }
}

extension PolicyPage.BaselinePanel {
    fileprivate init(_ baseline: Baseline) {
        name = baseline.name
        system = baseline.system?.rawValue ?? "any system"
        groups = baseline.patchGroups.joined(separator: ", ")
        rules = baseline.rules.map { rule in
            let filters = rule.filters.map { "\($0.key.rawValue): \($0.values.joined(separator: " or "))" }
            let delay =
                switch rule.delay {
                case .days(0): "at once"
                case .days(let days): "after \(days) days"
                case .until(let day): "dated up to \(day)"
                }
            return Rule(filters: filters.joined(separator: ", "), level: rule.level.rawValue, delay: delay)
        }
        approved = baseline.approved.isEmpty ? nil : baseline.approved.joined(separator: ", ")
        rejected = baseline.rejected.isEmpty ? nil : baseline.rejected.joined(separator: ", ")
    }
}
