import ControlPlane
import ControlPlaneTestSupport
import Logging
import Testing

@Suite("What the log says", .timeLimit(.minutes(10)))
struct StreamContextTests {
    @Test(
        "A line that names a stream names its cycle, rollout or node, too",
        arguments: [
            ("cycle/c-1", ["cycle": "c-1"]),
            (
                "rollout/c-1/early/Frankfurt/Debian12-early",
                ["cycle": "c-1", "rollout": "c-1/early/Frankfurt/Debian12-early"]
            ),
            ("node/mi-1", ["node": "mi-1"]), ("schedule/monthly", [:]), ("strange", [:]),
        ] as [(String, Logger.Metadata)]
    )
    func context(stream: String, expected: Logger.Metadata) {
        let lines = LogRecorder.Lines()
        var logger = Logger(label: "test") { _ in StreamContext(LogRecorder(lines)) }
        logger[metadataKey: "engine.id"] = "one"
        logger.warning("something", metadata: ["stream": "\(stream)", "error": "none"])
        let given: Logger.Metadata = ["engine.id": "one", "stream": "\(stream)", "error": "none"]
        #expect(lines.recorded.map(\.metadata) == [given.merging(expected) { first, _ in first }])
    }

    @Test("A line without a stream, or below the level, is as it was")
    func without() {
        let lines = LogRecorder.Lines()
        let logger = Logger(label: "test") { _ in StreamContext(LogRecorder(lines)) }
        logger.info("something", metadata: ["shards.count": "3"])
        logger.debug("nothing", metadata: ["stream": "cycle/c-1"])
        #expect(lines.recorded == [.init(message: "something", metadata: ["shards.count": "3"])])
    }

    @Test("A whole cycle leaves no line of a single host at the level info")
    func noLineOfAHost() async throws {
        let lines = LogRecorder.Lines()
        let logger = Logger(label: "test") { _ in StreamContext(LogRecorder(lines)) }
        try await TestDeployment.with { deployment in
            try await deployment.serve(logger: logger) { controlPlane in
                let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], hostsPerLane: 3)
                try await fleet.complete(try await controlPlane.startCycle(), of: controlPlane)
                for agent in fleet.agents {
                    let ofHost = lines.recorded.filter { "\($0)".contains(agent.node) }
                    #expect(ofHost.isEmpty)
                }
            }
        }
        #expect(lines.recorded.contains { $0.message == "took shards" })
        #expect(lines.recorded.allSatisfy { $0.metadata["node"] == nil && $0.metadata["order.id"] == nil })
        #expect(lines.recorded.count < 9, "\(lines.recorded)")
    }
}
