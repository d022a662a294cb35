import Logging
import Synchronization

/// Writes down, once in a process, that the control plane answered this agent, and afterwards by the file's time that it did again.
///
/// An updated agent that does not get so far is replaced by the former one (packaging/agent/guard).
final class CheckIn: Sendable {
    private let file: String
    private let identity: String
    private let logger: Logger
    private let isDone = Mutex(false)

    /// - Parameter identity: of the program's file, as the guard compares it.
    init(file: String, identity: String, logger: Logger) {
        self.file = file
        self.identity = identity
        self.logger = logger
    }

    func note() {
        isDone.withLock { isDone in
            do throws(FileFailure) {
                guard !isDone else { return try DurableFile.touch(file) }
                try DurableFile.write(Array("\(identity)\n".utf8), to: file, mode: 0o644)
                isDone = true
            } catch {
                // A file that somebody removed is written anew.
                isDone = false
                logger.warning("the check-in is not kept; trying again", metadata: ["error": "\(error)"])
            }
        }
    }
}
