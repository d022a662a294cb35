import ControlPlane
import Logging

/// Loggers that write to standard error.
enum ServerLog {
    static func logger(_ label: String, level: Logger.Level) -> Logger {
        var logger = Logger(label: label) { StreamContext(StreamLogHandler.standardError(label: $0)) }
        logger.logLevel = level
        return logger
    }
}
