import Domain
package import ReadModels
import Time

/// A group's reboot slots, as `slots show` has them.
package struct SlotsPage: Sendable {
    private let view: RebootSlotsView

    package init(_ view: RebootSlotsView) { self.view = view }

    package func lines(_ style: OutputStyle) -> [String] {
        var fields = FieldList()
        fields.append("group", view.group, tone: .heading)
        fields.append("slots", "\(view.slots), \(view.holders.count) held")
        fields.append("lease", "\(view.leaseSeconds / 60) min")
        fields.append("free again", view.releaseWhen == .back ? "when its holder is back" : "when its lease ends")
        if view.fleetLock { fields.append("fleetlock", "open to its clients") }
        guard !view.holders.isEmpty || !view.waiting.isEmpty else { return fields.lines(style) }
        return fields.lines(style) + [""] + table.lines(style)
    }

    private var table: Table {
        var table = Table([
            .init("HOST", importance: 4),
            .init("STATE", importance: 5, isWhole: true),
            .init("SINCE", importance: 2, isWhole: true),
            .init("UNTIL", importance: 3, isWhole: true),
            .init("FOR", importance: 1),
        ])
        for held in view.holders {
            table.append([
                .init(held.name),
                .init(held.isOverdue ? "overdue" : "held", tone: held.isOverdue ? .bad : .plain),
                .init(held.grantedAt.toTheSecond),
                .init(held.until.toTheSecond),
                .init(held.purpose),
            ])
        }
        for waiter in view.waiting {
            table.append([
                .init(waiter.name), .init("waits"), .init(""), .init(""), .init(waiter.purpose),
            ])
        }
        return table
    }
}

/// The policy's groups of reboot slots, as `slots ls` lists them.
package struct SlotsTable: Tabular {
    private let groups: [RebootSlotsView]

    package init(_ groups: [RebootSlotsView]) { self.groups = groups }

    package var emptyText: String { "The policy has no reboot slots; `reboot-slots` in its files makes some." }

    package var table: Table {
        var table = Table([
            .init("GROUP", importance: 5),
            .init("SLOTS", importance: 3, alignment: .right),
            .init("HELD", importance: 4, alignment: .right),
            .init("OVERDUE", importance: 4, alignment: .right),
            .init("WAITING", importance: 2, alignment: .right),
            .init("FLEETLOCK", importance: 1),
        ])
        for group in groups {
            let overdue = group.holders.filter(\.isOverdue).count
            table.append([
                .init(group.group),
                .init("\(group.slots)"),
                .init("\(group.holders.count)"),
                .init("\(overdue)", tone: overdue > 0 ? .bad : .plain),
                .init("\(group.waiting.count)"),
                .init(group.fleetLock ? "open" : ""),
            ])
        }
        return table
    }
}
