import AgentProtocol
import ControlPlane
package import ReadModels

/// Agents of the reference workflow: three sites, three rings.
package struct Fleet: Sendable {
    package static let sites = ["us-east-1", "Frankfurt", "ap-southeast-2"]
    package static let rings = ["early", "main", "late"]

    package let agents: [FakeAgent]

    /// Enrols hosts for each site and ring.
    package static func enrolled(
        in controlPlane: TestControlPlane,
        sites: [String] = Fleet.sites,
        rings: [String] = Fleet.rings,
        hostsPerLane: Int = 1
    ) async throws -> Fleet {
        var agents: [FakeAgent] = []
        for (ring, site) in rings.flatMap({ ring in sites.map { (ring, $0) } }) {
            let group = "Debian12-\(ring)"
            let activation = try await controlPlane.activation(site: site, patchGroup: group, uses: hostsPerLane)
            for number in 1...hostsPerLane {
                let host = FakeHost(name: "\(site)-\(ring)" + (hostsPerLane > 1 ? "-\(number)" : ""))
                agents.append(try await FakeAgent.enrolled(in: controlPlane, with: activation, host: host))
            }
        }
        return Fleet(agents: agents)
    }

    package func ring(_ ring: String) -> [FakeAgent] { agents.filter { $0.enrolment.patchGroup.hasSuffix("-\(ring)") } }

    /// Each of the agents gets its next order and carries it out, side by side.
    package static func carryOut(_ agents: [FakeAgent], of controlPlane: TestControlPlane) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for agent in agents {
                group.addTask {
                    guard let order = try await agent.nextOrder(of: controlPlane) else {
                        throw NeverHappened(description: "\(agent.node) got no order")
                    }
                    try await agent.carryOut(order, of: controlPlane)
                }
            }
            try await group.waitForAll()
        }
    }

    /// Scans every host of a new cycle and brings it to the gate of the scan.
    package func scan(_ cycle: String, of controlPlane: TestControlPlane) async throws {
        try await Self.carryOut(agents, of: controlPlane)
        try await controlPlane.gate(of: "scan", in: cycle)
    }

    /// Brings a cycle that has just started to its end, with an approval at each gate.
    package func complete(_ cycle: String, of controlPlane: TestControlPlane) async throws {
        try await scan(cycle, of: controlPlane)
        try await controlPlane.approve("scan", of: cycle)
        for ring in Self.rings {
            try await Self.carryOut(self.ring(ring), of: controlPlane)
            try await controlPlane.approve(ring, of: cycle)
        }
        try await controlPlane.cycle(cycle, "completed") { $0.state == "completed" }
    }
}

extension TestControlPlane {
    package func activation(
        site: String = "Frankfurt",
        patchGroup: String = "Debian12-early",
        uses: Int = 1,
        expiresInSeconds: Int = 3_600
    ) async throws -> ActivationView {
        let request = CreateActivation(
            site: site,
            patchGroup: patchGroup,
            uses: uses,
            expiresInSeconds: expiresInSeconds,
            by: "ana"
        )
        return try await services.activations.create(request)
    }
}
