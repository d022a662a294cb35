import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import PatchStreams
import ReadModels
import Testing
import Time

@Suite("When a version was first seen", .serialized, .timeLimit(.minutes(10)))
struct FirstSeenTests {
    private static let week = 7 * 86_400

    @Test("A version dates from the first inventory that offers it, whoever reports it later")
    func first() async throws {
        try await withControlPlane { controlPlane in
            let (one, two) = (Self.inventory(host: "one"), Self.inventory(host: "two"))
            let begin = controlPlane.clock.now
            try await store(one, controlPlane)
            let end = controlPlane.clock.now
            controlPlane.clock.skip(.seconds(Self.week))
            try await store(two, controlPlane)
            try await store(one, controlPlane)
            let digests = try [one, two].map { ContentStore.digest(of: try DomainJSON.encode($0)) }
            let loaded = try await controlPlane.content.inventories.load(digests)
            for digest in digests {
                let dates = try #require(loaded[digest]).updates.compactMap(\.firstSeenAt)
                #expect(dates.count == 1 && dates.allSatisfy { begin <= $0 && $0 <= end }, "\(dates)")
            }
        }
    }

    @Test("On apt a delay counts from there, where the rule says so")
    func delay() throws {
        let rule = Baseline.ApprovalRule(
            level: .high,
            delay: .days(7),
            delayFrom: .firstSeen,
            includesNonSecurity: true
        )
        let baseline = Baseline(name: "one", patchGroups: ["*"], rules: [rule])
        var inventory = HostInventory(Self.inventory(host: "one"))
        let start = Timestamp(microseconds: 0)
        #expect(baseline.select(inventory, at: start).patches == [], "nobody noted when it was first seen")
        inventory.updates[0].firstSeenAt = start
        #expect(baseline.select(inventory, at: start + .seconds(Self.week - 1)).patches == [])
        #expect(baseline.select(inventory, at: start + .seconds(Self.week)).patches.map(\.name) == ["openssl"])
    }

    @Test("Or from the date of the index that offers it")
    func index() throws {
        let rule = Baseline.ApprovalRule(level: .high, delay: .days(7), delayFrom: .index)
        let baseline = Baseline(name: "one", patchGroups: ["*"], rules: [rule])
        let start = Timestamp(microseconds: 1_763_942_400_000_000)
        #expect(baseline.select(HostInventory(Self.inventory(host: "one")), at: start).patches == [], "it has no date")
        let inventory = HostInventory(Self.inventory(host: "one", indexed: start))
        #expect(baseline.select(inventory, at: start + .seconds(Self.week - 1)).patches == [])
        #expect(baseline.select(inventory, at: start + .seconds(Self.week)).patches.map(\.name) == ["openssl"])
    }

    private func store(_ inventory: Inventory, _ controlPlane: TestControlPlane) async throws {
        let text = try DomainJSON.encode(inventory)
        let digest = ContentStore.digest(of: text)
        try await controlPlane.services.agents.store(inventory: Array(text.utf8), digest: digest, from: "mi-1")
    }

    private static func inventory(host: String, indexed: Timestamp? = nil) -> Inventory {
        let packages = [FakeHost.Package("openssl", "3.0.1", to: "3.0.2"), FakeHost.Package(host, "1")]
        var fake = FakeHost(name: host, packages: packages)
        fake.indexDate = indexed
        return fake.inventory
    }
}
