import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import Testing
import Time

/// Windows open by the clock of the database, by which tasks are due; what comes later is skipped to.
@Suite("Maintenance windows at work", .timeLimit(.minutes(10)))
struct MaintenanceWindowRunTests {
    private static let site = "Frankfurt"
    private static let day = Duration.seconds(86_400)

    @Test("At the cutoff CANCEL_TASK stops what is at work, CONTINUE_TASK lets it go on, and nothing more begins")
    func cutoff() async throws {
        try await withControlPlane { controlPlane in
            let (cancelled, continued) = try await agents(controlPlane)
            let tasks = [
                Self.task(1, for: cancelled.node, .cancelTask), Self.task(2, for: continued.node, .continueTask),
                Self.task(3, for: continued.node, .continueTask, priority: 5),
            ]
            let (window, opening) = try await open(tasks, controlPlane)
            let orders = [
                try await begun(cancelled, controlPlane), try await begun(continued, controlPlane),
            ]
            try await execution(1, of: window, controlPlane, "at work") {
                $0.tasks.map(\.status) == [.inProgress, .inProgress, .pending]
            }

            controlPlane.clock.skip(opening.cutoff - controlPlane.clock.now)
            let services = controlPlane.services.agents
            _ = try await controlPlane.eventually("stopped") {
                try await services.standing(of: orders[0].id, for: cancelled.node)
            } until: {
                $0.isWithdrawn
            }
            #expect(try await services.standing(of: orders[1].id, for: continued.node).isWithdrawn == false)
            try await cancelled.report(.ran(kind: .cancelled, detail: "taken back"), on: orders[0], to: controlPlane)
            let halfway = try await execution(1, of: window, controlPlane, "cut off") { $0.tasks[0].status.isTerminal }
            #expect(halfway.tasks.map(\.status) == [.timedOut, .inProgress, .timedOut])
            #expect(halfway.tasks[0].invocations.map(\.details) == ["Cancelled at the cutoff"])
            #expect(halfway.tasks[2].invocations.map(\.details) == ["Not started before the window's cutoff"])

            try await continued.report(.ran(kind: nil, detail: nil), on: orders[1], to: controlPlane)
            let over = try await execution(1, of: window, controlPlane, "over") { $0.endedAt != nil }
            #expect(over.tasks[1].status == .success && over.status == .timedOut)
        }
    }

    @Test("An opening beside an execution at work is skipped; that one goes on, and the next opening is to come")
    func overlap() async throws {
        try await withControlPlane { controlPlane in
            let (agent, _) = try await agents(controlPlane)
            let (window, opening) = try await open([Self.task(1, for: agent.node, .continueTask)], controlPlane)
            let order = try await begun(agent, controlPlane)
            controlPlane.clock.skip(opening.opens + Self.day - controlPlane.clock.now)
            try await execution(2, of: window, controlPlane, "skipped") { $0.status == .skippedOverlapping }
            try await agent.report(.ran(kind: nil, detail: nil), on: order, to: controlPlane)
            try await execution(1, of: window, controlPlane, "over") { $0.status == .success }
            let left = try await controlPlane.services.maintenanceWindows.window(window, site: Self.site)
            #expect(left.active == nil && left.nextAt == opening.opens + Self.day + Self.day)
        }
    }

    // MARK: - Steps

    private func agents(_ controlPlane: TestControlPlane) async throws -> (FakeAgent, FakeAgent) {
        // Whatever the time is, hosts may be ordered.
        try await controlPlane.applyPolicy { policy in
            for index in policy.sites.indices { policy.sites[index].businessHours = [] }
            policy.freezes = []
        }
        let fleet = try await Fleet.enrolled(in: controlPlane, sites: [Self.site], rings: ["early", "main"])
        return (fleet.agents[0], fleet.agents[1])
    }

    private static func task(
        _ number: Int,
        for node: String,
        _ cutoff: WindowTask.CutoffBehavior,
        priority: Int = 1
    ) -> WindowTask {
        WindowTask(
            windowTaskId: "task-\(number)",
            taskArn: "AWS-RunShellScript",
            targets: [CommandTarget(key: "InstanceIds", values: [node])],
            priority: priority,
            maxConcurrency: "1",
            maxErrors: "0",
            command: RunCommandParameters(parameters: ["commands": ["sleep 1"], "executionTimeout": ["86400"]]),
            cutoffBehavior: cutoff
        )
    }

    /// Makes a window that opens in a moment and every day from then on, four hours with three to begin in; waits until it has opened.
    private func open(
        _ tasks: [WindowTask],
        _ controlPlane: TestControlPlane
    ) async throws -> (id: String, occurrence: WindowOccurrence) {
        let windows = controlPlane.services.maintenanceWindows
        var lead = 2
        while true {
            // One that is deleted is not made again.
            let id = "mw-0c50858d0178\(10_000 + lead)"
            let start = controlPlane.clock.now + .seconds(lead)
            let settings = WindowSettings(
                name: "patching",
                startDate: start.description,
                schedule: "rate(1 day)",
                duration: 4,
                cutoff: 1,
                allowUnassociatedTargets: true
            )
            let configuration = WindowConfiguration(settings: settings, tasks: tasks)
            try await windows.create(id, site: Self.site, configuration, key: "\(lead)", by: "ana")
            // On a machine that is busy the time may be over before the window is made.
            let made = try await windows.window(id, site: Self.site)
            if made.nextAt.map({ $0 == start }) ?? false || made.execution(1) != nil {
                return (id, try await execution(1, of: id, controlPlane, "opened") { _ in true }.occurrence)
            }
            try await windows.delete(id, site: Self.site, key: "\(lead)", by: "ana")
            lead *= 2
        }
    }

    @discardableResult
    private func execution(
        _ number: Int,
        of window: String,
        _ controlPlane: TestControlPlane,
        _ wanted: String,
        until isAsWanted: (WindowExecution) -> Bool
    ) async throws -> WindowExecution {
        let found = try await controlPlane.eventually(wanted) {
            try await controlPlane.services.maintenanceWindows.window(window, site: Self.site).execution(number)
        } until: {
            $0.map(isAsWanted) ?? false
        }
        return try #require(found)
    }

    /// Takes the agent's next order and begins with it.
    private func begun(_ agent: FakeAgent, _ controlPlane: TestControlPlane) async throws -> Order {
        let order = try #require(try await agent.nextOrder(of: controlPlane))
        try await agent.report(.accepted, on: order, to: controlPlane)
        return order
    }
}
