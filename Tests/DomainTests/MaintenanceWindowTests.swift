import Domain
import Testing
import Time

@Suite("Maintenance windows")
struct MaintenanceWindowTests {
    private static let day = 86_400

    @Test("Without tasks an execution has nothing to execute, and the next opening is known as soon as it starts")
    func empty() throws {
        var window = try WindowStream.made()
        #expect(window.state.nextAt == seconds(Self.day) && window.state.wakeAt == seconds(Self.day))
        #expect(try window.send(.wake, at: seconds(Self.day - 1)).events.isEmpty)
        #expect(try window.open(day: 1) == [])
        let execution = try #require(window.state.executions.first)
        #expect(execution.status == .success && execution.details == "No tasks to execute.")
        #expect(execution.startedAt == seconds(Self.day) && execution.endedAt == seconds(Self.day))
        #expect(window.state.nextAt == seconds(2 * Self.day))
    }

    @Test("Priorities run one after the other, and the targets of one task, too; one failure fails the execution")
    func order() throws {
        let targets = [WindowTarget.group("one", "web-early"), .group("two", "web-main")]
        var window = try WindowStream.made(
            [.sample("late", nodes: ["mi-1"], priority: 5), .sample("first", targets: ["one", "two"], priority: 0)],
            targets
        )
        #expect(try window.open(day: 1) == [window.place(1, 1, 1)])
        #expect(window.state.execution(1)?.tasks.map(\.status) == [.inProgress, .pending])
        #expect(window.state.invocation(window.place(1, 1, 1))?.ownerInformation == "of web-early")
        let noon = seconds(Self.day + 60)
        var step = try window.send(.commandEnded(command: "\(window.place(1, 1, 1))", .completed(failed: 1)), at: noon)
        #expect(window.commands(step.effects) == [window.place(1, 1, 2)])
        step = try window.send(.commandEnded(command: "\(window.place(1, 1, 2))", .completed()), at: noon)
        #expect(window.commands(step.effects) == [window.place(1, 2, 1)])
        step = try window.send(.commandEnded(command: "\(window.place(1, 2, 1))", .completed()), at: noon + .seconds(1))
        #expect(step.effects.isEmpty)
        let execution = try #require(window.state.execution(1))
        #expect(execution.status == .failed && execution.details == "One or more tasks in the orchestration failed.")
        #expect(execution.tasks.map(\.status) == [.failed, .success])
        #expect(execution.tasks[0].invocations.map(\.details) == ["Incomplete", "Success"])
        #expect(execution.tasks[1].endedAt == noon + .seconds(1))
        #expect(
            try window.send(.commandEnded(command: "\(window.place(1, 2, 1))", .ended(.failed)), at: noon).events
                .isEmpty
        )
        try window.checkFold("order")
    }

    @Test("Of one priority, tasks for other nodes run beside each other, and those that may share some do not")
    func apart() throws {
        let targets = [WindowTarget.group("one", "web-early"), .group("two", "web-main")]
        var window = try WindowStream.made(
            [
                .sample("a", targets: ["one"]), .sample("b", targets: ["one"]), .sample("c", targets: ["two"]),
                .sample("d", nodes: ["mi-1"]),
            ],
            targets
        )
        #expect(try window.open(day: 1) == [window.place(1, 1), window.place(1, 3)])
        let step = try window.send(.commandEnded(command: "\(window.place(1, 1))", .completed()), at: seconds(Self.day))
        #expect(window.commands(step.effects) == [window.place(1, 2)], "d may be of any patch group")
    }

    @Test("An opening beside an execution that is at work is recorded as skipped, and not made up for")
    func overlap() throws {
        var window = try WindowStream.made([.sample("a", nodes: ["mi-1"])])
        _ = try window.open(day: 1)
        try window.send(.wake, at: seconds(Self.day + 3 * 3_600))
        #expect(try window.open(day: 2) == [])
        #expect(window.state.execution(2)?.status == .skippedOverlapping)
        #expect(window.state.nextAt == seconds(3 * Self.day) && window.state.active?.number == 1)
        try window.send(.commandEnded(command: "\(window.place(1, 1))", .completed()), at: seconds(2 * Self.day + 60))
        #expect(window.state.active == nil)
        #expect(try window.open(day: 3) == [window.place(3, 1)])
        try window.checkFold("overlap")
    }

    @Test("What nobody opened before its cutoff is missed; what is still open starts late")
    func missed() throws {
        var window = try WindowStream.made([.sample("a", nodes: ["mi-1"])])
        var step = try window.send(.wake, at: seconds(3 * Self.day + 3 * 3_600))
        #expect(step.events.map(\.type) == ["maintenance-window.occurrence-missed.v1"])
        #expect(window.state.executions.isEmpty && window.state.nextAt == seconds(4 * Self.day))
        step = try window.send(.wake, at: seconds(6 * Self.day + 3_600))
        #expect(window.commands(step.effects) == [window.place(1, 1)])
        #expect(window.state.execution(1)?.occurrence.opens == seconds(6 * Self.day))
        #expect(window.state.nextAt == seconds(7 * Self.day))
    }

    @Test("At the cutoff nothing begins any more; what is at work goes on or is cancelled, as its task says")
    func cutoff() throws {
        let targets = [WindowTarget.group("one", "a"), .group("two", "b"), .group("three", "c")]
        var window = try WindowStream.made(
            [
                .sample("goes-on", targets: ["one", "two"]), .sample("stops", targets: ["three"], cutoff: .cancelTask),
                .sample("later", nodes: ["mi-1"], priority: 2),
            ],
            targets
        )
        #expect(try window.open(day: 1) == [window.place(1, 1), window.place(1, 2)])
        try window.send(.commandSent(window.place(1, 1)), at: seconds(Self.day))
        try window.send(.commandSent(window.place(1, 2)), at: seconds(Self.day))
        let cutoff = seconds(Self.day + 3 * 3_600)
        #expect(window.state.wakeAt == cutoff)
        let step = try window.send(.wake, at: cutoff)
        #expect(window.stops(step.effects) == [window.place(1, 2)])
        #expect(window.state.execution(1)?.tasks[2].status == .timedOut)
        try window.send(.commandEnded(command: "\(window.place(1, 2))", .ended(.aborted)), at: cutoff)
        #expect(window.state.execution(1)?.tasks[1].status == .timedOut)
        #expect(window.state.active != nil, "what is at work goes on")
        try window.send(.commandEnded(command: "\(window.place(1, 1))", .completed()), at: cutoff)
        #expect(window.state.execution(1)?.tasks[0].invocations.map(\.status) == [.success, .timedOut])
        #expect(window.state.execution(1)?.status == .timedOut)
        try window.checkFold("cutoff")
    }

    @Test("A cancelled execution drops what waits and stops what is at work, also what was just being sent")
    func cancel() throws {
        var window = try WindowStream.made(
            [.sample("a", nodes: ["mi-1"]), .sample("b", nodes: ["mi-2"]), .sample("c", nodes: ["mi-1"], priority: 2)]
        )
        #expect(try window.open(day: 1) == [window.place(1, 1), window.place(1, 2)])
        try window.send(.commandSent(window.place(1, 1)), at: seconds(Self.day))
        var step = try window.send(.cancel(execution: 1), at: seconds(Self.day + 1))
        #expect(window.stops(step.effects) == [window.place(1, 1)])
        #expect(window.state.execution(1)?.status == .cancelling)
        #expect(window.state.execution(1)?.tasks.map(\.status) == [.cancelling, .cancelling, .cancelled])
        step = try window.send(.commandSent(window.place(1, 2)), at: seconds(Self.day + 2))
        #expect(window.stops(step.effects) == [window.place(1, 2)])
        #expect(try window.send(.cancel(execution: 1), at: seconds(Self.day + 3)).events.isEmpty)
        for task in 1...2 {
            try window.send(
                .commandEnded(command: "\(window.place(1, task))", .ended(.aborted)),
                at: seconds(Self.day + 4)
            )
        }
        #expect(window.state.execution(1)?.status == .cancelled)
        #expect(throws: MaintenanceWindowRefusal.unknownExecution(7)) {
            try window.send(.cancel(execution: 7), at: seconds(Self.day))
        }
        try window.checkFold("cancel")
    }

    @Test("A command that cannot be sent fails its task with the reason")
    func refused() throws {
        var window = try WindowStream.made([.sample("a", nodes: ["mi-1"])])
        let place = try #require(try window.open(day: 1).first)
        try window.send(.commandRefused(place, reason: String(repeating: "x", count: 300)), at: seconds(Self.day))
        #expect(window.state.execution(1)?.status == .failed)
        #expect(window.state.invocation(place)?.details?.count == 250)
    }

    @Test(
        "Each end of a command has its status",
        arguments: [
            (CommandEnding.completed(2), ExecutionStatus.success, "Success"),
            (.completed(1, failed: 1), .failed, "Incomplete"), (.completed(0), .failed, "NoInstancesInTag"),
            (.completed(0, unknown: 1), .timedOut, "DeliveryTimedOut"), (.ended(.aborted), .cancelled, "Cancelled"),
            (.ended(.failed), .failed, "Failed"),
        ]
    )
    func endings(ending: CommandEnding, status: ExecutionStatus, details: String) throws {
        var window = try WindowStream.made([.sample("a", nodes: ["mi-1"])])
        let place = try #require(try window.open(day: 1).first)
        try window.send(.commandEnded(command: "\(place)", ending), at: seconds(Self.day))
        #expect(window.state.invocation(place)?.status == status)
        #expect(window.state.invocation(place)?.details == details)
        #expect(window.state.execution(1)?.status == status)
    }

    @Test("The cycle of a command tells the window that sent it how it ended, and no other cycle tells anybody")
    func told() throws {
        let command = SentCommand(
            documentName: "AWS-RunShellScript",
            parameters: ["commands": ["true"]],
            targets: [CommandTarget(key: "InstanceIds", values: ["mi-1"])]
        )
        let document = try #require(CommandDocument.aws.first { $0.name == command.documentName })
        let definition = try command.definition(of: document, site: "London", hooks: [], until: nil)
        let stage = try #require(definition.stages.first?.name)
        let owners = [CommandOwner.window("London/\(WindowStream.id)"), .association("London/a"), nil]
        for owner in owners {
            let start = CycleStart(
                definition: definition,
                definitionDigest: "d",
                opensWindowsNow: true,
                command: command,
                owner: owner
            )
            var ended = try CycleRun(start)
            try ended.send(.lanesOpened(stage: stage, lanes: [.sample("s1")]))
            let outcome = LaneOutcome.sample("s1")
            let told = CommandEnding(state: .completed, counts: outcome.counts)
            #expect(try ended.send(.laneEnded(outcome)) == (owner.map { [.tellOwner($0, told)] } ?? []))
            var failed = try CycleRun(start)
            let effects = try failed.send(.taskFailed(.openLanes(stage: stage), error: "no such node"))
            let tells = owner.map { CycleEffect.tellOwner($0, .ended(.failed)) }
            #expect(tells.map(effects.contains) ?? true)
            #expect((owner == nil) == effects.isEmpty)
        }
    }

    @Test("Executions are shown for 30 days, and some hundred at most")
    func history() throws {
        var window = try WindowStream.made()
        for day in 1...40 { _ = try window.open(day: day) }
        #expect(window.state.executions.map(\.number) == Array(10...40))
        let quick = WindowExecutionFlood.executions(count: ExecutionHistory.most + 5)
        #expect(quick.count == ExecutionHistory.most && quick.last?.number == quick.count + 5)
    }

    @Test("A change is refused that was made from another state, is unfit, or is of a window that is deleted")
    func changes() throws {
        var window = try WindowStream.made([.sample("a", nodes: ["mi-1"])])
        let before = try #require(window.state.configuration)
        var changed = before
        changed.settings.enabled = false
        try window.send(.configure(changed, revision: 1), at: seconds(60), by: "bob")
        #expect(window.state.nextAt == nil && window.state.wakeAt == nil && window.state.modifiedAt == seconds(60))
        #expect(window.state.createdAt == seconds(0))
        #expect(throws: MaintenanceWindowRefusal.changedMeanwhile) {
            try window.send(.configure(before, revision: 1), at: seconds(61))
        }
        var unfit = before
        unfit.settings.schedule = "never"
        #expect(throws: MaintenanceWindowRefusal.unfit("it never opens")) {
            try window.send(.configure(unfit, revision: 2), at: seconds(61))
        }
        try window.send(.delete, at: seconds(62))
        #expect(window.state.isDeleted && window.state.configuration == nil && window.state.wakeAt == nil)
        #expect(try window.send(.delete, at: seconds(63)).events.isEmpty)
        #expect(throws: MaintenanceWindowRefusal.unknownWindow) {
            try window.send(.configure(before, revision: 0), at: seconds(64))
        }
        try window.checkFold("changes")
    }

    @Test("All tasks of an execution share its id as their snapshot, and the next execution has another")
    func orchestration() throws {
        var tasks = ["a", "b"].map { WindowTask.sample($0, nodes: [$0]) }
        tasks[0].command = RunCommandParameters(parameters: Self.patch(snapshot: "{{ aws:ORCHESTRATION_ID }}"))
        tasks[1].command = RunCommandParameters(parameters: Self.patch(snapshot: "{{aws:ORCHESTRATION_ID}}"))
        var window = try WindowStream.made(tasks)
        var snapshots: [[String]?] = []
        for day in 1...2 {
            let places = try window.open(day: day)
            #expect(places.count == 2)
            for place in places {
                let command = try #require(window.state.request(at: place)).command
                snapshots.append(command.parameters["SnapshotId"])
                let document = try #require(CommandDocument.aws.first { $0.name == "AWS-RunPatchBaseline" })
                #expect(throws: Never.self) { try document.values(command.parameters) }
                let end = seconds(day * Self.day + 60)
                try window.send(.commandEnded(command: "\(place)", .completed()), at: end)
            }
        }
        let ids = [1, 2].map { [WindowPlace(window: WindowStream.id, execution: $0).description] }
        #expect(snapshots == [ids[0], ids[0], ids[1], ids[1]])
    }

    private static func patch(snapshot: String) -> [String: [String]] {
        ["Operation": ["Install"], "SnapshotId": [snapshot]]
    }

    @Test("An execution is told by a UUID that says where it is")
    func places() {
        let place = WindowPlace(window: WindowStream.id, execution: 257, task: 20, invocation: 6)
        #expect(place.description == "0c50858d-0178-1abc-3000-001010140006")
        #expect(WindowPlace(place.description) == place)
        #expect(WindowPlace(place.description.uppercased()) == place)
        #expect(place.ofTask.invocation == 0 && place.ofExecution.task == 0)
        for wrong in ["", "0c50858d01781abc3000001010140006", "0c50858d-0178-1abc-3000-00101014000g"] {
            #expect(WindowPlace(wrong) == nil, "\(wrong)")
        }
    }
}

/// A window that opens every day at once: its history is bounded by number, not by age.
private enum WindowExecutionFlood {
    static func executions(count: Int) -> [WindowExecution] {
        var window = MaintenanceWindow(name: "site/\(WindowStream.id)")
        for number in 1...count {
            let moment = seconds(number)
            let occurrence = WindowSettings.sample().occurrence(opening: moment)
            window.evolve(.executionSkipped(number: number, occurrence, next: nil, at: moment))
        }
        return window.executions
    }
}
