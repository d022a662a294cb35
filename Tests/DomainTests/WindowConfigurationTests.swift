import Domain
import Testing

@Suite("What is registered with a maintenance window")
struct WindowConfigurationTests {
    private var configuration = WindowConfiguration(settings: .sample())

    init() throws {
        try configuration.register(.group("one", "web-early"))
        try configuration.register(.sample("patch", targets: ["one"]))
    }

    @Test("The same registration again changes nothing; another under its id is refused")
    func repeated() throws {
        var again = configuration
        try again.register(.group("one", "web-early"))
        try again.register(.sample("patch", targets: ["one"]))
        #expect(again == configuration)
        #expect(throws: MaintenanceWindowRefusal.otherParameters) { try again.register(.group("one", "web-main")) }
        #expect(throws: MaintenanceWindowRefusal.otherParameters) {
            try again.register(.sample("patch", targets: ["one"], priority: 9))
        }
    }

    @Test("A target that a task is for goes only where that is not asked to be safe")
    func targetInUse() throws {
        var changed = configuration
        #expect(throws: MaintenanceWindowRefusal.targetInUse("one", task: "patch")) {
            try changed.deregisterTarget("one", safe: true)
        }
        try changed.deregisterTarget("one", safe: false)
        #expect(changed.targets.isEmpty && changed.tasks == configuration.tasks)
        #expect(throws: MaintenanceWindowRefusal.unknown("target one")) {
            try changed.deregisterTarget("one", safe: false)
        }
        var window = try WindowStream.made(changed.tasks)
        #expect(try window.open(day: 1) == [])
        #expect(window.state.execution(1)?.tasks.first?.status == .failed)
        #expect(window.state.execution(1)?.status == .failed)
    }

    @Test("A task needs targets that are there, and nodes that are registered where others are not allowed")
    func targetsOfTasks() throws {
        var changed = configuration
        #expect(throws: MaintenanceWindowRefusal.unknown("target two")) {
            try changed.register(.sample("other", targets: ["two"]))
        }
        #expect(throws: MaintenanceWindowRefusal.self) { try changed.register(.sample("nobody")) }
        try changed.register(.sample("free", nodes: ["mi-1"]))
        changed.settings.allowUnassociatedTargets = false
        #expect(throws: MaintenanceWindowRefusal.self) { try changed.register(.sample("bound", nodes: ["mi-2"])) }
        let nodes = WindowTarget(
            windowTargetId: "nodes",
            resourceType: "INSTANCE",
            targets: [CommandTarget(key: "InstanceIds", values: ["mi-2", "mi-3"])]
        )
        try changed.register(nodes)
        try changed.register(.sample("bound", nodes: ["mi-2"]))
        #expect(changed.tasks.map(\.windowTaskId) == ["patch", "free", "bound"])
    }

    @Test("SSM's quotas hold")
    func quotas() throws {
        var full = configuration
        for number in 2...WindowConfiguration.mostTargets { try full.register(.group("\(number)", "g\(number)")) }
        for number in 2...WindowConfiguration.mostTasks { try full.register(.sample("\(number)", targets: ["one"])) }
        #expect(throws: MaintenanceWindowRefusal.self) { try full.register(.group("more", "g")) }
        #expect(throws: MaintenanceWindowRefusal.self) { try full.register(.sample("more", targets: ["one"])) }
    }

    @Test("A task's document is named by itself or by its ARN; old clients give its parameters otherwise")
    func documents() {
        var task = WindowTask.sample("a")
        #expect(task.documentName == "AWS-RunPatchBaseline")
        task.taskArn = "arn:aws:ssm:eu-west-1::document/AWS-RunPatchBaseline"
        #expect(task.documentName == "AWS-RunPatchBaseline")
        task.kept.taskParameters = ["Operation": ParameterValues(values: ["Scan"])]
        #expect(task.parameters == ["Operation": ["Scan"]])
        task.command = RunCommandParameters(parameters: ["Operation": ["Install"]])
        #expect(task.parameters == ["Operation": ["Install"]])
    }
}
