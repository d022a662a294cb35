import Dispatch
import Glibc

/// What the agent asks of the process that it is.
package enum ThisProcess {
    /// Whether it may change the system.
    package static var isPrivileged: Bool { geteuid() == 0 }

    /// A peer or a pipe that goes away becomes an error to handle, and is not the end of the process.
    package static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// Writes to standard error; who warns goes on whether or not that can be written.
    package static func warn(_ text: String) { _ = write(STDERR_FILENO, text, text.utf8.count) }

    /// Ends the process successfully where it would be ended, by SIGTERM or SIGINT.
    ///
    /// - Parameter farewell: is told the signal's number before.
    /// - Returns: what ends the listening; until it is let go of, signals are listened for.
    package static func endOnSignals(_ farewell: @escaping @Sendable (Int32) -> Void) -> () -> Void {
        let sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler {
                farewell(number)
                exit(EXIT_SUCCESS)
            }
            source.resume()
            return source
        }
        return { for source in sources { source.cancel() } }
    }
}
