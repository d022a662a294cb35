import Client
import Commands
import ControlPlaneTestSupport
import ReadModels

/// A cycle over stock agents that have every fault, with a server that is started again in the middle.
struct StockCycle: Sendable {
    private static let patience = Duration.seconds(180)

    let agents: Int

    /// - Returns: true; what does not complete throws.
    func run(_ options: ServerProcess.Options) async throws -> Bool {
        let (fleet, port) = try await ServerProcess.serving(options) { server in
            (try await StockFleet.registered(agents, early: agents, at: server, quirks: Self.quirks), server.port)
        }
        var options = options
        options.port = port
        let began = ContinuousClock.now
        let cycle = try await fleet.running(over: .seconds(2)) { [options] in
            let start = StartCycle(workflow: "benchmark", openNow: true, by: "benchmark")
            let id = try await ServerProcess.serving(options) { server in
                let id = try await server.client.startCycle(start).id
                // Some have installed, and none of the others will wait for this server.
                try await Self.installs(agents / 2, of: id, server)
                return id
            }
            progress("the server is started again")
            try await ServerProcess.serving(options) { try await StockRound.completed(id, $0) }
            return id
        }
        let took = (ContinuousClock.now - began) / .seconds(1)
        try await print(fleet, cycle, took)
        return true
    }

    // MARK: - Steps

    private func print(_ fleet: StockFleet, _ cycle: String, _ seconds: Double) async throws {
        var figures = StockCycleFigures(agents: agents, seconds: seconds.rounded(toPlaces: 1))
        for agent in fleet.agents {
            let (reboots, messages, carriedOut) = await (agent.reboots, agent.messages, agent.carriedOutCount)
            guard carriedOut == 2, reboots == (agent.quirks.losesPower ? 0 : 1) else {
                let what = "\(agent.node) has carried out \(carriedOut) orders of \(cycle) with \(reboots) reboots"
                throw Incomplete(what: what)
            }
            figures.messages += messages
            figures.reboots += reboots
        }
        let bound = "the processor: requests of the agents and of what they start"
        try Result(benchmark: "stock-agents --cycle", settings: nil, figures: figures, bound: bound).print()
    }

    private static func installs(_ count: Int, of cycle: String, _ server: ServerProcess) async throws {
        let end = ContinuousClock.now + patience
        while try await server.client.cycle(cycle).stages.first(where: { $0.name == "early" })?.counts.succeeded ?? 0
            < count
        {
            guard ContinuousClock.now < end else { throw Incomplete(what: "half of the hosts install nothing") }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private static func quirks(_ number: Int) -> StockAgent.Quirks {
        var quirks = StockAgent.Quirks()
        quirks.losesFirstMessage = number % 100 == 1
        quirks.losesAcknowledgements = number % 3 == 1
        quirks.repliesTwice = number % 2 == 1
        quirks.repliesOutOfOrder = number % 4 > 1
        quirks.losesPower = number % 10 == 4
        quirks.restarts = number % 5 == 3
        return quirks
    }
}

struct StockCycleFigures: Encodable {
    let agents: Int
    let seconds: Double
    var messages = 0
    var reboots = 0
}
