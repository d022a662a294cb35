import HostAgent
import Logging
import Time

/// Tells people on standard output how an order gets on: a line for each thing, with what matters of it.
///
/// A stock agent shows the end of that alone, and some 24,000 characters of it.
struct ProgressLog: LogHandler {
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let line = Self.line(event.level, "\(event.message)", event.metadata ?? [:], at: SystemClock.now())
        ThisProcess.tell(line + "\n")
    }

    /// Such as `2026-11-27T02:00:05Z warning: order refused: o-1, expired`.
    static func line(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata, at now: Timestamp) -> String
    {
        let second = Timestamp(microseconds: now.microseconds - now.microseconds % 1_000_000)
        let urgency = level >= .warning ? "\(level): " : ""
        let facts = metadata.sorted { $0.key < $1.key }.map { "\($0.value)" }.filter { !$0.isEmpty }
        let text = facts.isEmpty ? message : "\(message): \(facts.joined(separator: ", "))"
        // What programs said may have many lines.
        return "\(second) \(urgency)\(text.split(whereSeparator: \.isNewline).joined(separator: " "))"
    }
}
