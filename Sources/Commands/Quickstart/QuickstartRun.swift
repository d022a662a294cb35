import Client
import FoundationEssentials
import LocalFleet
import ReadModels

/// The quickstart's steps, in order; each part that runs beside is ended before this returns.
struct QuickstartRun: Sendable {
    /// How long the control plane may take to start.
    private static let startLimit = Duration.seconds(60)
    /// Between two looks at something that is waited for.
    private static let interval = Duration.milliseconds(100)

    private let programs: QuickstartPrograms
    private let approvesAlways: Bool
    private let actor: String
    private let narrator = Narrator()
    private let style = OutputStyle.detected()

    init(programs: QuickstartPrograms, approvesAlways: Bool, actor: String) {
        self.programs = programs
        self.approvesAlways = approvesAlways
        self.actor = actor
    }

    /// - Returns: whether every host is as it should be.
    func perform() async throws -> Bool {
        try narrator.say("everything is kept in \(programs.folder.path)")
        let port = try FreePort.find()
        let address = "http://127.0.0.1:\(port)"
        let server = programs.serve(port: port)
        let outcome = try await running(server) {
            async let building = LocalFleet.build(in: programs.folder.fleet)
            try narrator.say("building a repository and nine hosts with dpkg; starting the control plane")
            let client = try await readyClient(address)
            try narrator.say("the control plane is ready at \(address)")
            let fleet = try await building
            try narrator.say("nine hosts are built, with security and other updates pending")
            return try await patch(fleet, client, address)
        }
        try narrator.say("everything that was started is ended")
        try narrator.say(
            outcome ? "every host is as it should be" : "not every host is as it should be",
            tone: outcome ? .good : .bad
        )
        return outcome
    }

    // MARK: - Steps

    /// Runs the body beside the control plane, and leaves no process behind however that ends.
    private func running(_ server: ChildProgram, _ body: @escaping @Sendable () async throws -> Bool) async throws
        -> Bool
    {
        do {
            return try await Companions.during([{ try await Self.keep(server) }], body)
        } catch {
            try await LeftoverDatabase.stop(in: programs.folder.server)
            throw error
        }
    }

    /// A control plane that ends by itself is a failure.
    private static func keep(_ server: ChildProgram) async throws {
        let ending = try await server.runBeside()
        try Task.checkCancellation()
        throw server.failure(ending)
    }

    /// Waits until the control plane can work; the token is there by then.
    private func readyClient(_ address: String) async throws -> ControlPlaneClient {
        let probe = ControlPlaneClient(server: address, token: OperatorToken(""))
        let deadline = ContinuousClock.now + Self.startLimit
        while try await !probe.isReady() {
            guard ContinuousClock.now < deadline else {
                let log = programs.folder.log("server")
                throw CommandFailure("the control plane was not ready within 60 s; see \(log)", exitCode: .unreachable)
            }
            try await Task.sleep(for: Self.interval)
        }
        return ControlPlaneClient(server: address, token: try OperatorToken(file: programs.tokenFile))
    }

    /// Enrols everything, runs the cycle, and looks at what came of it.
    private func patch(_ fleet: LocalFleet, _ client: ControlPlaneClient, _ address: String) async throws -> Bool {
        let hosts = fleet.hosts.map(EnrolledHost.init) + [.machine]
        let machineBefore = try Machine.packages()
        var boots: [String: String] = [:]
        for host in fleet.hosts { boots[host.name] = try HostFile.text(host.root.bootIdentityFile) }
        try await withThrowingTaskGroup { group in
            for host in hosts { group.addTask { try await enrol(host, client, address) } }
            try await group.waitForAll()
        }
        try narrator.say("\(hosts.count) nodes are enrolled, this machine among them for a scan alone")
        let agents = hosts.map { host in
            AgentSupervisor(program: programs.runAgent(host), bootIdentityFile: host.bootIdentityFile) { identity in
                try narrator.say("\(host.name) has rebooted, its boot is now \(identity); its agent goes on")
            }
        }
        let identities = boots
        return try await Companions.during(agents.map { agent in { try await agent.run() } }) {
            let cycle = try await QuickstartCycle(
                client: client,
                approvesAlways: approvesAlways,
                actor: actor,
                narrator: narrator
            ).run()
            let rows = try await check(fleet, try await client.nodes(), identities, machineBefore)
            return try await report(QuickstartSummary(cycle: cycle, rows: rows), cycle, client)
        }
    }

    private func enrol(_ host: EnrolledHost, _ client: ControlPlaneClient, _ address: String) async throws {
        let activation = try await client.createActivation(
            CreateActivation(
                site: host.site,
                patchGroup: host.patchGroup,
                uses: 1,
                expiresInSeconds: 3_600,
                by: actor
            )
        )
        let program = programs.enrol(host, activation, server: address)
        let ending = try await program.runToEnd(input: activation.code + "\n")
        guard ending.isSuccess else { throw program.failure(ending) }
        try narrator.say("\(host.name) \(ending.output.split(separator: "\n").joined(separator: " "))", tone: .faint)
    }

    /// A row for each host, with what is wrong with it.
    private func check(
        _ fleet: LocalFleet,
        _ nodes: [NodeView],
        _ boots: [String: String],
        _ machineBefore: String
    ) async throws -> [QuickstartSummary.Row] {
        var rows: [QuickstartSummary.Row] = []
        for host in fleet.hosts {
            let node = nodes.first { $0.name == host.name }
            let check = try await HostCheck.of(host.root, node: node, bootIdentity: boots[host.name] ?? "")
            rows.append(.init(node: node, name: host.name, faults: check.faults))
        }
        let machine = nodes.first { $0.name == EnrolledHost.machine.name }
        var faults: [String] = []
        if machine?.lastScanAt == nil { faults.append("it was not scanned") }
        if try Machine.packages() != machineBefore {
            faults.append("its packages changed while it was only to be scanned")
        }
        return rows + [.init(node: machine, name: EnrolledHost.machine.name, faults: faults)]
    }

    /// Prints the tables, writes the CSV, and verifies the log.
    private func report(
        _ summary: QuickstartSummary,
        _ cycle: CycleView,
        _ client: ControlPlaneClient
    ) async throws -> Bool {
        try narrator.show("This machine", try await Machine.pending(programs.scanMachine, style))
        try narrator.show("Stages of cycle \(cycle.id)", summary.stages(style))
        try narrator.show("Hosts", summary.hosts(style))
        let csv = try await client.reportCSV(cycle: cycle.id)
        try csv.write(to: URL(filePath: programs.folder.report), options: .atomic)
        let rows = String(decoding: csv, as: UTF8.self).split(whereSeparator: \.isNewline).map { String($0).printable }
        try narrator.show("Report, also in \(programs.folder.report)", rows)
        let verdict = try await programs.verifyLog.runToEnd()
        let lines = verdict.output.split(separator: "\n").map { String($0).printable }
        try narrator.show("Log", lines + (verdict.isSuccess ? [] : ["FAIL: the log does not verify"]))
        try StandardOutput.print("")
        return summary.isAsItShouldBe && verdict.isSuccess
    }
}
