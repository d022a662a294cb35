import ControlPlane
import Logging
import Synchronization
import Testing

struct StreamContextTests {
    /// Keeps what is logged.
    private struct Recorder: LogHandler {
        final class Lines: Sendable {
            let metadata = Mutex<[Logger.Metadata]>([])
        }

        let lines: Lines
        var logLevel = Logger.Level.info
        var metadata: Logger.Metadata = [:]

        init(_ lines: Lines) { self.lines = lines }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.metadata.withLock { $0.append(metadata.merging(event.metadata ?? [:]) { _, last in last }) }
        }
    }

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
        let lines = Recorder.Lines()
        var logger = Logger(label: "test") { _ in StreamContext(Recorder(lines)) }
        logger[metadataKey: "engine.id"] = "one"
        logger.warning("something", metadata: ["stream": "\(stream)", "error": "none"])
        let given: Logger.Metadata = ["engine.id": "one", "stream": "\(stream)", "error": "none"]
        #expect(lines.metadata.withLock { $0 } == [given.merging(expected) { first, _ in first }])
    }

    @Test("A line without a stream, or below the level, is as it was")
    func without() {
        let lines = Recorder.Lines()
        let logger = Logger(label: "test") { _ in StreamContext(Recorder(lines)) }
        logger.info("something", metadata: ["shards.count": "3"])
        logger.debug("nothing", metadata: ["stream": "cycle/c-1"])
        #expect(lines.metadata.withLock { $0 } == [["shards.count": "3"]])
    }
}
