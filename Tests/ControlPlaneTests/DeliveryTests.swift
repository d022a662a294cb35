import ControlPlane
import ControlPlaneTestSupport
import Domain
import DurableStreams
import PatchStreams
import ReadModels
import Synchronization
import Testing
import Time

@Suite("What others are told", .timeLimit(.minutes(10)))
struct DeliveryTests {
    private struct Down: Error {}

    private static let destinations = [
        Destination(name: "tickets", webhook: .init(url: "https://tickets.example/")),
        Destination(name: "hub", securityHub: .init(account: "123456789012")),
    ]

    private static func kinds(_ told: [String], to destination: String) -> [String] {
        told.filter { $0.hasPrefix("\(destination) ") }.map { String($0.split(separator: " ")[1]) }
    }

    @Test("A cycle over a node: its gate asks for a decision, its ticket opens and closes, its end is told; each once")
    func cycle() async throws {
        let destinations = ToldDestinations()
        try await TestDeployment.with(workflow: Self.workflow) { deployment in
            try await deployment.serve(deliver: destinations.send) { controlPlane in
                var watch = controlPlane.watch
                try await controlPlane.applyPolicy { $0 = Policy(destinations: Self.destinations) }
                let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
                let id = try await controlPlane.startCycle("small")
                try await fleet.scan(id, of: controlPlane)
                try await watch.look()
                let node = fleet.agents[0].node
                let first = try await controlPlane.eventually(
                    "three told",
                    { destinations.all },
                    until: { $0.count == 3 }
                )
                #expect(Set(Self.kinds(first, to: "tickets")) == ["cycle.decision-needed", "node.opened"])
                try await controlPlane.approve("scan", of: id)
                try await Fleet.carryOut(fleet.agents, of: controlPlane)
                try await controlPlane.cycle(id, "completed") { $0.state == "completed" }
                try await watch.look()
                try await watch.look()
                let wanted = ["cycle.decision-needed", "cycle.ended", "node.closed", "node.opened"]
                let told = try await controlPlane.eventually(
                    "all told",
                    { destinations.all },
                    until: {
                        Set(wanted).isSubset(of: Self.kinds($0, to: "tickets"))
                            && $0.contains { $0.hasPrefix("hub node.closed") }
                    }
                )
                #expect(Set(told).count == told.count, "\(told)")
                #expect(Self.kinds(told, to: "hub") == ["node.opened", "node.closed"])
                #expect(told.filter { $0.contains("node/") }.allSatisfy { $0.contains(" node/\(node)/") })
                // Somebody was told before that is kept.
                let items = try await controlPlane.eventually(
                    "all delivered",
                    { try await controlPlane.services.deliveries.list(in: nil, to: nil, after: nil, limit: 10).items },
                    until: { $0.count == 3 && $0.allSatisfy { $0.state == .delivered } }
                )
                #expect(Set(items.map(\.subject)) == ["cycle/\(id)", "node/\(node)"])
            }
        }
    }

    @Test("The cycles that are looked at are those that have not ended, or have of late; no one-off run is")
    func looked() async throws {
        try await TestDeployment.with(workflow: Self.workflow) { deployment in
            try await deployment.serve { controlPlane in
                let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
                let id = try await controlPlane.startCycle("small")
                let questions = controlPlane.questions
                let later = controlPlane.clock.now + .seconds(30 * 86_400)
                #expect(try await questions.cycles(openOrEndedAfter: later, limit: 10) == [id])
                try await fleet.scan(id, of: controlPlane)
                try await controlPlane.approve("scan", of: id)
                try await Fleet.carryOut(fleet.agents, of: controlPlane)
                try await controlPlane.cycle(id, "completed") { $0.state == "completed" }
                let run = try await controlPlane.services.runs.start(
                    StartRun(
                        targets: TargetSelector(patchGroups: ["Debian12-early"]),
                        command: ["true"],
                        document: nil,
                        maxConcurrency: .percent(100),
                        maxErrors: .count(0),
                        timeoutSeconds: 90,
                        by: "ana"
                    ),
                    key: "k"
                )
                let cycles = try await questions.cycles()
                #expect(Set(cycles.map(\.id)) == [id, run.id])
                let ended = try #require(cycles.first { $0.id == id }?.endedAt)
                #expect(try await questions.cycles(openOrEndedAfter: ended - .seconds(1), limit: 10) == [id])
                #expect(try await questions.cycles(openOrEndedAfter: ended, limit: 10) == [])
            }
        }
    }

    @Test("A finding past its deadline escalates the ticket, once, whichever process looks")
    func overdue() async throws {
        let destinations = ToldDestinations()
        try await TestDeployment.with { deployment in
            try await deployment.serve(deliver: destinations.send) { controlPlane in
                let node = try await Self.scanned(controlPlane)
                var watch = controlPlane.watch
                try await watch.look()
                try await Self.delivered(node, in: controlPlane)
                let advisory = Advisory(
                    id: "DSA-1",
                    source: .debian,
                    title: "t",
                    classification: "security",
                    severityWord: "critical",
                    cves: [],
                    issued: controlPlane.clock.now - .seconds(15 * 86_400),
                    fixes: [FixedPackage(product: "bookworm", name: "acme-tls", version: "3.0.2", isSource: true)]
                )
                try await controlPlane.imported([advisory])
                for _ in 0..<2 {
                    // It has judged no findings yet, and knows no outbox.
                    var later = controlPlane.watch
                    try await later.look()
                }
                let escalated = try await controlPlane.eventually(
                    "escalated",
                    { destinations.all.filter { $0.contains("node.escalated") } },
                    until: { !$0.isEmpty }
                )
                try await Self.delivered(node, in: controlPlane)
                #expect(escalated.count == 1 && escalated[0].contains("node/\(node)/"))
                let opened = Self.kinds(destinations.all, to: "tickets").filter { $0.hasPrefix("node.") }
                #expect(opened == ["node.opened", "node.escalated"])
            }
        }
    }

    @Test("What a worker sent and did not live to tell is sent again, under the same id")
    func crash() async throws {
        let destinations = ToldDestinations()
        let isFirst = Mutex(true)
        try await TestDeployment.with { deployment in
            let work: @Sendable (@escaping TaskHandler) -> TaskHandler = { handler in
                { task in
                    let messages = try await handler(task)
                    guard task.kind == "deliver-webhook/tickets", task.stream.name.hasPrefix("node/"),
                        isFirst.withLock({ first in
                            defer { first = false }
                            return first
                        })
                    else { return messages }
                    throw Down()
                }
            }
            try await deployment.serve(deliver: destinations.send, work: work) { controlPlane in
                let node = try await Self.scanned(controlPlane)
                var watch = controlPlane.watch
                try await watch.look()
                let told = try await controlPlane.eventually(
                    "told twice",
                    { destinations.all.filter { $0.contains("node/\(node)") } },
                    until: { $0.count == 2 }
                )
                #expect(told[0] == told[1])
                try await Self.delivered(node, in: controlPlane)
                #expect(destinations.all.filter { $0.contains("node/\(node)") }.count == 2)
            }
        }
    }

    @Test("A destination that does not answer keeps no other waiting, however much there is for it")
    func slow() async throws {
        let destinations = ToldDestinations()
        let begun = Mutex(0)
        let mayEnd = Mutex(false)
        let slow = Destination(name: "slow", webhook: .init(url: "https://slow.example/", subjects: [.nodes]))
        let fast = Destination(name: "tickets", webhook: .init(url: "https://tickets.example/", subjects: [.nodes]))
        let deliver: DeliverySender = { destination, subject, notice in
            if destination.name == "slow" {
                begun.withLock { $0 += 1 }
                while !mayEnd.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(10)) }
            }
            return try await destinations.send(to: destination, subject, notice)
        }
        try await TestDeployment.with { deployment in
            try await deployment.serve(deliver: deliver) { controlPlane in
                // Whatever comes of the test, the slow one ends.
                defer { mayEnd.withLock { $0 = true } }
                try await controlPlane.applyPolicy { $0 = Policy(destinations: [slow]) }
                let fleet = try await Fleet.enrolled(
                    in: controlPlane,
                    sites: ["Frankfurt"],
                    rings: ["early"],
                    hostsPerLane: 12
                )
                try await fleet.scan(try await controlPlane.startCycle(), of: controlPlane)
                var watch = controlPlane.watch
                try await watch.look()
                _ = try await controlPlane.eventually("at work", { begun.withLock { $0 } }, until: { $0 == 8 })
                try await controlPlane.applyPolicy { $0 = Policy(destinations: [slow, fast]) }
                try await watch.look()
                let told = try await controlPlane.eventually(
                    "all told",
                    { destinations.all },
                    until: { $0.count == 12 }
                )
                #expect(told.allSatisfy { $0.hasPrefix("tickets node.opened") })
                #expect(begun.withLock { $0 } == 8, "a receiver has eight requests at a time")
                mayEnd.withLock { $0 = true }
                _ = try await controlPlane.eventually(
                    "the slow one too",
                    { destinations.all },
                    until: { $0.count == 24 }
                )
            }
        }
    }

    @Test("What was to be told when the server died is told by the next one, once")
    func restart() async throws {
        let destinations = ToldDestinations()
        try await TestDeployment.with { deployment in
            let node = try await deployment.serve(deliver: { _, _, _ in throw Down() }) { controlPlane in
                let node = try await Self.scanned(controlPlane)
                var watch = controlPlane.watch
                try await watch.look()
                return node
            }
            try await deployment.serve(deliver: destinations.send) { controlPlane in
                var watch = controlPlane.watch
                try await watch.look()
                try await Self.delivered(node, in: controlPlane)
                try await watch.look()
                #expect(Self.kinds(destinations.all, to: "tickets").filter { $0 == "node.opened" }.count == 1)
            }
        }
    }

    @Test("What is refused is kept until a person sends it again, once for each key")
    func resend() async throws {
        let isMended = Mutex(false)
        let destinations = ToldDestinations { _, _ in isMended.withLock { $0 } ? nil : DeliveryRefusal("status 400") }
        try await TestDeployment.with { deployment in
            try await deployment.serve(deliver: destinations.send) { controlPlane in
                let node = try await Self.scanned(controlPlane)
                var watch = controlPlane.watch
                try await watch.look()
                let service = controlPlane.services.deliveries
                let failed = try await controlPlane.eventually(
                    "given up",
                    { try await service.list(in: .failed, to: "tickets", after: nil, limit: 10).items },
                    until: { $0.contains { $0.subject == "node/\(node)" } }
                )
                let view = try #require(failed.first { $0.subject == "node/\(node)" })
                #expect((view.kind, view.error) == (.nodeOpened, "status 400"))
                isMended.withLock { $0 = true }
                let request = ResendDelivery(subject: view.subject, destination: "tickets", by: "ana")
                let again = try await service.resend(request, key: "one")
                #expect(again.id == view.id)
                _ = try await service.resend(request, key: "one")
                try await Self.delivered(node, in: controlPlane)
                let text = "tickets node.opened \(view.id)"
                #expect(destinations.all.filter { $0 == text }.count == 2)
                await #expect(throws: (any Error).self) { try await service.resend(request, key: "two") }
                let other = ResendDelivery(subject: "node/nobody", destination: "tickets", by: "ana")
                await #expect(throws: (any Error).self) { try await service.resend(other, key: nil) }
            }
        }
    }

    // MARK: - Steps

    /// A node that lacks patches, by a scan.
    private static func scanned(_ controlPlane: TestControlPlane) async throws -> String {
        try await controlPlane.applyPolicy { $0 = Policy(destinations: [destinations[0]]) }
        let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
        let id = try await controlPlane.startCycle()
        try await fleet.scan(id, of: controlPlane)
        return fleet.agents[0].node
    }

    private static func delivered(_ node: String, in controlPlane: TestControlPlane) async throws {
        _ = try await controlPlane.eventually(
            "delivered",
            {
                try await controlPlane.services.deliveries.list(in: .delivered, to: "tickets", after: nil, limit: 10)
                    .items
            },
            until: { $0.contains { $0.subject == "node/\(node)" } }
        )
    }
}
