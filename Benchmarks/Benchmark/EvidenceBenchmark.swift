import ArgumentParser
import Domain
import DurableStreams
import Evidence
import Foundation
import PatchStreams
import Postgres
import ReadModels
import Time

/// A month's evidence of the reference fleet.
struct EvidenceBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence",
        abstract: "Build and verify the evidence of a month, after as many cycles as it has nights.",
        discussion: "Each cycle scans every host and installs on it. Goal: 950 hosts within 30 s."
    )

    @Option(help: "Hosts of the fleet.")
    var hosts = 950

    @Option(help: "Cycles, one after the other.")
    var cycles = 30

    @Option(help: "Sites of the fleet.")
    var sites = 6

    func run() async throws {
        let workflows = ["benchmark": CycleRound.workflow(sites: sites)]
        try await LocalControlPlane.with(workflows: workflows) { controlPlane in
            try await enrol(controlPlane)
            let agents = try await LocalAgents(controlPlane)
            let round = CycleRound(controlPlane: controlPlane, agents: agents, hosts: hosts)
            for number in 1...cycles {
                progress("cycle \(number): \(try await round.run().seconds.rounded(toPlaces: 1)) s")
            }
            try await ServerProcess.withFolder { try await measure(controlPlane, in: $0) }
        }
    }

    // MARK: - Steps

    private func enrol(_ controlPlane: LocalControlPlane) async throws {
        let rings = CycleRound.rings
        let messages = try (0..<hosts).map { number in
            let id = "mi-\(1_000_000 + number)"
            let enrolment = NodeEnrolment(
                node: id,
                publicKey: "",
                site: "site-\(number % sites)",
                patchGroup: "Debian12-\(rings[number / sites % rings.count])",
                activation: "benchmark",
                facts: NodeFacts(
                    hostname: "host-\(number)",
                    platform: "debian",
                    platformVersion: "12",
                    architecture: "amd64",
                    agentVersion: "1.0"
                )
            )
            return Message(
                id: "enrol",
                stream: Node.stream(id),
                kind: "enrol",
                body: try DomainJSON.encode(NodeMessage.enrol(enrolment)),
                actor: "node/\(id)",
                receivedAt: wallTime()
            )
        }
        try await controlPlane.engine.sender.send(messages)
        try await controlPlane.projector.catchUp()
    }

    private func measure(_ controlPlane: LocalControlPlane, in folder: String) async throws {
        let now = wallTime()
        let content = controlPlane.content
        guard let period = EvidencePeriod(String("\(now)".prefix(7))) else { return }
        let (key, target) = (EvidenceKey(), folder + "/bundle")
        let builder = EvidenceBuilder(
            store: controlPlane.engine.store,
            content: EvidenceContent(
                inventories: { try await content.inventories.load($0) },
                advisories: { try await content.advisories.wholeIndex(of: $0) }
            ),
            key: key
        )
        let tool = Manifest.Tool(name: "benchmark", sha256: "")
        let request = EvidenceRequest(period: period, tool: tool, now: now)
        let begun = ContinuousClock.now
        let manifest = try await builder.build(request, to: target)
        let built = ContinuousClock.now
        let report = try BundleVerifier(folder: target, key: key.publicKey).verify()
        let figures = EvidenceFigures(
            hosts: hosts,
            cycles: cycles,
            commits: report.commits,
            events: report.events,
            bundleMiB: manifest.files.reduce(0) { $0 + $1.bytes } >> 20,
            buildSeconds: ((built - begun) / .seconds(1)).rounded(toPlaces: 1),
            verifySeconds: ((ContinuousClock.now - built) / .seconds(1)).rounded(toPlaces: 1),
            isValid: report.isValid && report.nodes == hosts,
            residentMiB: ProcessID.own.residentMiB.highest
        )
        try Result(
            benchmark: "evidence",
            settings: try await Settings.read(controlPlane.engine.client),
            figures: figures,
            bound: "one core: events are read, folded and written one after the other"
        ).print()
    }
}

struct EvidenceFigures: Encodable {
    let hosts: Int
    let cycles: Int
    let commits: Int
    let events: Int
    let bundleMiB: Int
    let buildSeconds: Double
    let verifySeconds: Double
    /// It verifies, and has every host.
    let isValid: Bool
    /// Of the whole process, engine and agents among it.
    let residentMiB: Int
}
