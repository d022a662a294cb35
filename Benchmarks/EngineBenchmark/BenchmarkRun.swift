import DurableStreams
import Time

/// Runs the rounds and prints what they cost.
struct BenchmarkRun {
    let plan: BenchmarkPlan
    let store: PostgresStore
    let sender: MessageSender
    let meter: Meter

    func run() async throws {
        print(
            "\(plan.rounds) rounds of \(plan.lanes) rollouts of \(plan.hosts) hosts, \(plan.senders) hosts reporting at a time\n"
        )
        print(
            "round  outcomes/s  outcomes/commit  commits/s  engine CPU µs  PostgreSQL CPU µs  WAL bytes   (each per outcome)"
        )
        var results: [Measurement] = []
        for round in 0...plan.rounds {
            let result = try await self.round(round)
            // The first only warms up: prepared statements, plans, files.
            guard round > 0 else { continue }
            results.append(result)
            print(result.line(round))
        }
        let median = results.map(\.outcomesPerSecond).sorted()[results.count / 2]
        let engine = results.map(\.engineMicroseconds).sorted()[results.count / 2]
        let database = results.map(\.databaseMicroseconds).sorted()[results.count / 2]
        print(
            "\nmedian \(Int(median)) outcomes/s; per outcome \(engine.rounded1) µs here and \(database.rounded1) µs in PostgreSQL."
        )
        let busy = median * (engine + database) / 1_000_000
        print(
            "\(busy.rounded1) CPUs busy: \(busy > 1.6 ? "bound by CPU" : "bound by waiting for the disk or for other processes")."
        )
    }

    // MARK: - Steps

    private func round(_ number: Int) async throws -> Measurement {
        let streams = (0..<plan.lanes).map { StreamID(kind: ToyRollout.kind, name: "round-\(number)/lane-\($0)") }
        for stream in streams {
            _ = try await sender.ask(
                message("open", stream, "open", "{\"hosts\":\(plan.hosts)}"),
                timeout: .seconds(30)
            )
        }
        let start = try await meter.read()
        try await report(streams)
        for stream in streams {
            let answer = try await sender.ask(message("close", stream, "close", "{}"), timeout: .seconds(120))
            guard case .accepted = answer else { throw IncompleteRound(answer: answer) }
        }
        let end = try await meter.read()
        var commits = 0
        for stream in streams { commits += try await StreamReader(store: store).commits(of: stream).count - 1 }
        return Measurement(from: start, to: end, outcomes: plan.hosts * plan.lanes, commits: commits)
    }

    /// Every host sends one report and waits until it is durable.
    private func report(_ streams: [StreamID]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for first in 0..<plan.senders {
                group.addTask {
                    for host in stride(from: first, to: plan.hosts, by: plan.senders) {
                        for stream in streams { try await sender.send([report(host, stream)]) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func report(_ host: Int, _ stream: StreamID) -> Message {
        let body = """
            {"host":\(host),"order":"\(stream)/\(host)","step":"install","outcome":"succeeded",\
            "bootID":"6f1c2a9e-0d3b-4c55-9a41-\(1_000_000 + host)"}
            """
        return message("\(stream.name)/\(host)/install", stream, "report", body)
    }

    private func message(_ id: String, _ stream: StreamID, _ kind: String, _ body: String) -> Message {
        Message(id: id, stream: stream, kind: kind, body: body, actor: "node/mi-0a1b2c3d", receivedAt: wallTime())
    }
}

/// Not every report was decided; the figures would mean nothing.
struct IncompleteRound: Error {
    var answer: Answer
}
