import AgentProtocol
import Client
import Commands
import Foundation
import ReadModels
import SimulatedAgents

/// Hosts of one lane that speak the agents' protocol.
struct HostFleet: Sendable {
    /// The most that one activation enrols.
    private static let activationUses = 1_000
    private static let enrolledAtOnce = 100

    /// A cycle over one site whose stages open by themselves.
    static let workflow = """
        workflow: benchmark
        zone: UTC
        sites:
          - { name: Frankfurt, zone: Europe/Berlin }
        baselines:
          - name: debian12
            patch-groups: [Debian12-early]
            rules:
              - { classification: Security, level: HIGH }
        stages:
          - scan: { targets: all, window: { opens: now, duration: 4h, cutoff: 1h } }
          - early:
              targets: { ring: early }
              window: { opens: now, duration: 4h, cutoff: 1h }
              concurrency: 100%
              errors: 0
          - report: {}

        """

    var hosts: [HostClient]

    /// Writes the workflow into a folder of the server's data folder.
    ///
    /// - Returns: how to start a server that has it, and no other.
    static func options(data: String) throws -> ServerProcess.Options {
        let folder = data + "/workflows"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(workflow.utf8).write(to: URL(filePath: folder + "/benchmark.yaml"))
        return ServerProcess.Options(data: data, workflows: folder)
    }

    /// The patch group that all are in.
    static let patchGroup = "Debian12-early"

    /// - Parameter inventories: what their scans find, in turn; nil for ``SampleInventory``'s own.
    static func enrolled(
        _ count: Int,
        at server: ServerProcess,
        finding inventories: [[UInt8]]? = nil
    ) async throws -> Self {
        var hosts: [HostClient] = []
        while hosts.count < count {
            let number = min(count - hosts.count, activationUses)
            let request = CreateActivation(
                site: "Frankfurt",
                patchGroup: patchGroup,
                uses: number,
                expiresInSeconds: 3_600,
                by: "benchmark"
            )
            let activation = try await server.client.createActivation(request)
            let first = hosts.count
            hosts += try await gathered(Array(first..<first + number), atOnce: enrolledAtOnce) { (index: Int) in
                let inventory = inventories.map { all in all[index % all.count] }
                return try await HostClient.enrolled(
                    "host-\(index)",
                    with: activation,
                    at: [server.url],
                    finding: inventory
                )
            }
            progress("\(hosts.count) hosts are enrolled")
        }
        return Self(hosts: hosts)
    }

    /// The same hosts before another server.
    func at(_ server: ServerProcess) -> Self {
        Self(
            hosts: hosts.map { host in
                var host = host
                host.servers = [server.url]
                return host
            }
        )
    }
}

/// The results of the body for each element, in any order, with a bound on how many run at a time.
func gathered<Element: Sendable, Value: Sendable>(
    _ elements: [Element],
    atOnce: Int = .max,
    _ body: @escaping @Sendable (Element) async throws -> Value
) async throws -> [Value] {
    try await withThrowingTaskGroup(of: Value.self) { group in
        var values: [Value] = []
        var rest = elements[...]
        for element in rest.prefix(atOnce) { group.addTask { try await body(element) } }
        rest = rest.dropFirst(atOnce)
        while let value = try await group.next() {
            values.append(value)
            if let element = rest.popFirst() { group.addTask { try await body(element) } }
        }
        return values
    }
}
