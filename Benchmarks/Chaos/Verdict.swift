import Commands
import DurableStreams
import Foundation

/// What must hold when the faults are over.
struct Verdict {
    /// How long what is under way may take to come to rest.
    private static let patience = Duration.seconds(30)
    private static let questionKeys = 2_000

    let world: World

    /// Each enrolment that was acknowledged, and no other, took effect once.
    func check(_ ledger: Ledger) async throws {
        try await rest()
        let entries = ledger.entries
        try await checkAnswers(entries.map(\.message))
        let tally = try await LogTally(world.store)
        let nodes = Set(entries.map(\.node))
        try Self.equal("an activation used for a host", tally.uses, once: nodes)
        try Self.equal("an enrolment of a host", tally.enrolments, once: nodes)
        let commits = try await checkLog()
        world.tell("holds: \(entries.count) acknowledged messages, each with one effect; \(commits) commits verified")
    }

    /// Each host carried out each order once, each order was given once and ended once, and all say the same.
    ///
    /// - Parameters:
    ///   - orders: what each host carried out, by node.
    ///   - runs: how many host runs each host has.
    func check(_ orders: [String: [String]], hosts: [String], runsOfEach runs: Int) async throws {
        try await rest()
        let tally = try await LogTally(world.store)
        try Self.equal("an enrolment of a host", tally.enrolments, once: Set(hosts))
        for host in hosts {
            let count = orders[host]?.count ?? 0
            guard count == runs else { throw Broken("\(host) was given \(count) orders, not \(runs)") }
        }
        let names = orders.values.joined()
        try Self.equal("an end of an order", tally.ends, once: Set(names))
        guard tally.ordered.values.reduce(0, +) == names.count else {
            throw Broken(
                "the log has \(tally.ordered.values.reduce(0, +)) orders, the hosts carried out \(names.count)"
            )
        }
        if let twice = tally.reports.first(where: { $0.value > 1 }) {
            throw Broken("the report \(twice.key) is \(twice.value) times in the log")
        }
        guard tally.expired == 0 else { throw Broken("\(tally.expired) runs ended without their host") }
        let commits = try await checkLog()
        world.tell("holds: \(names.count) orders, each carried out and ended once; \(commits) commits verified")
    }

    // MARK: - Steps

    private static let waitingSQL = "SELECT (SELECT count(*) FROM inbox) + (SELECT count(*) FROM task)"
    private static let setAsideSQL = "SELECT count(*) FROM set_aside"

    /// Waits until nothing waits to be decided or done.
    private func rest() async throws {
        try await wait(for: "everything that was sent is decided", atMost: Self.patience) {
            try await world.count(Self.waitingSQL) == 0
        }
        let setAside = try await world.count(Self.setAsideSQL)
        guard setAside == 0 else { throw Broken("\(setAside) messages are set aside") }
    }

    private func checkAnswers(_ keys: [MessageKey]) async throws {
        for start in stride(from: 0, to: keys.count, by: Self.questionKeys) {
            let page = Array(keys[start..<min(start + Self.questionKeys, keys.count)])
            let answers = try await world.store.answers(to: page)
            for key in page {
                guard case .accepted = answers[key] else {
                    throw Broken(
                        "\(key.id) to \(key.stream) is acknowledged; its answer: \(answers[key].map { "\($0)" } ?? "none")"
                    )
                }
            }
        }
    }

    private static let gapsSQL = """
        SELECT count(*)
        FROM (
            SELECT FROM commit
            GROUP BY shard
            HAVING min(position) <> 1 OR max(position) <> count(*) OR count(DISTINCT position) <> count(*)
        ) AS broken
        """

    /// - Returns: how many commits there are.
    private func checkLog() async throws -> Int {
        let gaps = try await world.count(Self.gapsSQL)
        guard gaps == 0 else { throw Broken("\(gaps) shards have positions that are missing or used twice") }
        let program = try world.servers[0].command("log", "verify", "--database", world.conninfo)
        let ending = try await program.runToEnd()
        guard ending.isSuccess else { throw Broken("ringmaster log verify: \(ending.status) \(ending.output)") }
        return try await world.count("SELECT count(*) FROM commit")
    }

    private static func equal(_ what: String, _ found: [String: Int], once expected: Set<String>) throws {
        if let twice = found.first(where: { $0.value > 1 }) {
            throw Broken("\(what): \(twice.key) \(twice.value) times")
        }
        if let lost = expected.first(where: { found[$0] == nil }) {
            throw Broken("\(what): \(lost) is acknowledged and lost")
        }
        if let invented = found.keys.first(where: { !expected.contains($0) }) {
            throw Broken("\(what): nobody knows of \(invented)")
        }
    }
}
