import Domain
import ReadModels
import Scheduling
import Time

/// When the lanes of the fleet are patched next, by the workflows that start by the clock.
struct ComingWindows {
    private struct Lane: Hashable {
        let site: String
        let patchGroup: String
    }

    /// Of each workflow, so many starts are looked at.
    private static let starts = 2
    /// How long a host is taken to need: it moves the stages that come later.
    private static let hostMinutes = 30

    private var windows: [Lane: [WindowOccurrence]] = [:]

    /// A workflow that leaves something to the policy that it does not have cannot start, and brings no windows.
    ///
    /// - Throws: ``ScheduleError`` for what the policy should not have been applied with.
    init(_ workflows: WorkflowLibrary, _ book: PolicyBook, fleet: [FleetGroup], from now: Timestamp) throws {
        for cycle in ScheduleDefinitions(workflows, book).definitions.map(\.cycle) {
            let definition = cycle.start.definition
            let rehearsal = Rehearsal(
                definition,
                book.policy ?? Policy(),
                fleet: fleet,
                hostMinutes: Self.hostMinutes
            )
            var moment = now
            for _ in 0..<Self.starts {
                guard let start = try cycle.rule.next(after: moment) else { break }
                add(try rehearsal.view(from: start), of: definition)
                moment = start
            }
        }
    }

    /// In no order.
    func of(site: String, patchGroup: String) -> [WindowOccurrence] {
        windows[Lane(site: site, patchGroup: patchGroup)] ?? []
    }

    private mutating func add(_ view: RehearsalView, of definition: WorkflowDefinition) {
        for stage in view.stages {
            guard case .install = definition.stage(named: stage.name)?.work else { continue }
            for lane in stage.lanes {
                guard let opens = lane.opens, let cutoff = lane.cutoff, let closes = lane.closes else { continue }
                windows[Lane(site: lane.site, patchGroup: lane.patchGroup), default: []]
                    .append(WindowOccurrence(opens: opens, cutoff: cutoff, closes: closes))
            }
        }
    }
}
