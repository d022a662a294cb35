import ArgumentParser

/// What stock agents cost that wait, and how soon they have their messages; or whether a fleet of them comes through a cycle.
struct StockAgentsBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stock-agents",
        abstract: "Memory, CPU and time to the message of one server with simulated stock agents.",
        discussion: """
            A server process with a private PostgreSQL, and registered agents that each hold one poll open, as long as the protocol allows. \
            Then cycles give orders to a part of them, who carry them out with reboots. Goals, which the exit status tells: 800 MB, \
            1.5 cores, and 2 s in the median from an order's being due to the agent's having its message.
            With --cycle a whole fleet goes through one cycle instead, whose agents lose messages, acknowledgements and power, repeat \
            replies and are started again; in its middle the server is started again, too. The goal is that it completes.
            """
    )

    @Option(help: "Agents, each with a connection of its own. (default: 10000; 1000 with --cycle)")
    var agents: Int?

    @Option(help: "Agents that get orders. (default: a tenth of them)")
    var part: Int?

    @Option(help: "Cycles over them.")
    var rounds = 3

    @Option(help: "How long the idle server is looked at.")
    var seconds = 30

    @Flag(help: "One cycle over agents with every fault.")
    var cycle = false

    func validate() throws {
        let most = 10_000
        guard (1...most).contains(agents ?? 1), (1...(agents ?? most)).contains(part ?? 1), rounds > 0, seconds > 0
        else {
            throw ValidationError("--agents is 1 to \(most), --part no more, and --rounds and --seconds are 1 at least")
        }
    }

    func run() async throws {
        let isMet = try await ServerProcess.withFolder { folder in
            let options = try StockFleet.options(data: folder)
            return try await cycle ? StockCycle(agents: agents ?? 1_000).run(options) : wait(options)
        }
        if !isMet { throw ExitCode.failure }
    }

    private func wait(_ options: ServerProcess.Options) async throws -> Bool {
        let agents = agents ?? 10_000
        let round = StockRound(agents: agents, part: part ?? max(1, agents / 10), rounds: rounds, seconds: seconds)
        let (figures, settings) = try await round.run(options)
        let bound = "memory of connections and requests; the processor: signatures, HTTP"
        try Result(benchmark: "stock-agents", settings: settings, figures: figures, bound: bound).print()
        for goal in figures.missed { progress("missed: \(goal)") }
        return figures.missed.isEmpty
    }
}
