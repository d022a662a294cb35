import Domain
package import ReadModels
import Time

/// The policy as `policy show` shows it.
package struct PolicyPage: Sendable {
    private let view: PolicyView

    package init(_ view: PolicyView) { self.view = view }

    package func lines(_ style: OutputStyle) -> [String] {
        var fields = FieldList()
        guard let policy = view.policy else {
            fields.append("policy", "none is applied; `ringmaster policy apply FOLDER` applies one")
            return fields.lines(style) + rejections(style)
        }
        fields.append("policy", view.digest ?? "", tone: .heading)
        fields.append("applied", "\(view.appliedAt.toTheSecond) by \(view.appliedBy ?? "")")
        fields.append("sites", policy.sites.map { "\($0.name) (\($0.zone))" }.joined(separator: ", "))
        fields.append("patch groups", policy.groups.joined(separator: ", "))
        fields.append("baselines", policy.baselines.map(\.name).joined(separator: ", "))
        fields.append("defaults", policy.defaults.joined(separator: ", "))
        fields.append("windows", policy.windows.map(\.name).joined(separator: ", "))
        fields.append(
            "freezes",
            policy.freezes.map { "\($0.name) (\($0.from) to \($0.until))" }.joined(separator: ", ")
        )
        fields.append("calendars", policy.calendars.map(\.source).joined(separator: ", "))
        fields.append("sla", (policy.sla ?? .standard).text)
        fields.append("waivers", policy.waivers.map(\.text).joined(separator: ", "))
        fields.append("reboot slots", policy.rebootSlots.map { "\($0.name) (\($0.slots))" }.joined(separator: ", "))
        fields.append("destinations", policy.destinations.map(\.name).joined(separator: ", "))
        return fields.lines(style) + rejections(style)
    }

    private func rejections(_ style: OutputStyle) -> [String] {
        guard !view.rejections.isEmpty else { return [] }
        var table = Table([
            .init("REJECTED PATCH", importance: 4),
            .init("BY", importance: 3),
            .init("UNTIL", importance: 1),
            .init("REASON", importance: 2),
        ])
        for rejection in view.rejections {
            table.append([
                .init(rejection.entry),
                .init(rejection.owner),
                .init(rejection.expires?.description ?? "accepted"),
                .init(rejection.reason),
            ])
        }
        return [""] + table.lines(style)
    }
}

extension SLAPolicy {
    fileprivate var text: String {
        let limits = [("critical", criticalDays), ("high", highDays), ("medium", mediumDays), ("low", lowDays)]
        return limits.map { "\($0.0) \($0.1.map { "\($0) days" } ?? "no limit")" }.joined(separator: ", ")
    }
}

extension Waiver {
    fileprivate var text: String {
        approval == nil ? "\(id) (not approved)" : "\(id) (until \(expiresAt.toTheSecond))"
    }
}
