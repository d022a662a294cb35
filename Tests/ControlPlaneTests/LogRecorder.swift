import Logging
import Synchronization

/// Keeps what is logged, instead of writing it.
struct LogRecorder: LogHandler {
    struct Line: Equatable, Sendable {
        var message: String
        var metadata: Logger.Metadata
    }

    final class Lines: Sendable {
        private let all = Mutex<[Line]>([])

        var recorded: [Line] { all.withLock { $0 } }

        func add(_ line: Line) { all.withLock { $0.append(line) } }
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
        let metadata = metadata.merging(event.metadata ?? [:]) { _, last in last }
        lines.add(Line(message: "\(event.message)", metadata: metadata))
    }
}
