import AWSSignature
import ArgumentParser
import AsyncHTTPClient
import Client
import Commands
import Domain
import Foundation
import Postgres
import ReadModels
import SimulatedAgents

/// How fast AWS's tools read the patch states of a fleet.
struct PatchStatesBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patch-states",
        abstract: "Seconds of a full pagination of describe-instance-patch-states, and of the one for a patch group.",
        discussion: """
            A server process with a private PostgreSQL, after a cycle over the hosts. Requests are signed and sent one after the other, as \
            paginators do: fifty nodes or a hundred at a time. The first pagination judges each node, the later ones read what was \
            kept; their median counts. Goal: 10,000 nodes within 1 s.
            """
    )

    @Option(help: "Hosts of the fleet.")
    var hosts = 10_000

    @Option(help: "Distinct inventories, spread over the hosts.")
    var inventories = 1_000

    @Option(help: "Packages of an inventory.")
    var packages = 400

    @Option(help: "Paginations of each kind.")
    var rounds = 5

    func run() async throws {
        guard hosts > 0, inventories > 0, packages > 0, rounds > 0 else {
            throw ValidationError("--hosts, --inventories, --packages and --rounds are 1 at least")
        }
        try await ServerProcess.withFolder { folder in
            try await ServerProcess.serving(try HostFleet.options(data: folder)) { server in
                let found = try (0..<min(inventories, hosts)).map {
                    try SampleInventory.bytes(variant: $0, packages: packages)
                }
                let fleet = try await HostFleet.enrolled(hosts, at: server, finding: found)
                try await server.withDatabase { client in
                    let meter = Meter(client: client, engine: server.process)
                    _ = try await AgentsRound(fleet: fleet, server: server, meter: meter).run(reportsPerSecond: nil)
                    // As autovacuum does it within a minute.
                    _ = try await client.query(.unprepared("ANALYZE"))
                    let figures = try await measure(DoorReader(server), fleet.hosts.map(\.node).sorted())
                    let bound = "one connection: each request waits for the one before"
                    try Result(
                        benchmark: "patch-states",
                        settings: try await Settings.read(client),
                        figures: figures,
                        bound: bound
                    ).print()
                }
            }
        }
    }

    private func measure(_ reader: DoorReader, _ nodes: [String]) async throws -> PatchStatesFigures {
        let first = try await reader.seconds(ofNodes: nodes)
        progress("first: \(first.rounded(toPlaces: 2)) s")
        var (byNodes, byGroup): ([Double], [Double]) = ([], [])
        for round in 1...rounds {
            byNodes.append(try await reader.seconds(ofNodes: nodes))
            byGroup.append(try await reader.seconds(ofGroup: HostFleet.patchGroup, count: nodes.count))
            progress("round \(round): \(byNodes.last ?? 0) s by nodes, \(byGroup.last ?? 0) s by group")
            // A key has five hundred requests at once, and a hundred a second.
            try await Task.sleep(for: .seconds(5))
        }
        return PatchStatesFigures(
            hosts: hosts,
            inventories: min(inventories, hosts),
            firstSeconds: first.rounded(toPlaces: 2),
            seconds: byNodes.median.rounded(toPlaces: 2),
            groupSeconds: byGroup.median.rounded(toPlaces: 2)
        )
    }
}

struct PatchStatesFigures: Encodable {
    let hosts: Int
    let inventories: Int
    /// When nothing is judged yet.
    let firstSeconds: Double
    let seconds: Double
    /// Of the patch group that all hosts are in.
    let groupSeconds: Double
}
