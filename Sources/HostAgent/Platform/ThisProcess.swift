import Glibc
import Synchronization

/// What the agent asks of the process that it is.
package enum ThisProcess {
    /// Whether it may change the system.
    package static var isPrivileged: Bool { geteuid() == 0 }

    /// A peer or a pipe that goes away becomes an error to handle, and is not the end of the process.
    package static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// Writes to standard error; who warns goes on whether or not that can be written.
    package static func warn(_ text: String) { _ = write(STDERR_FILENO, text, text.utf8.count) }

    /// Writes to standard output at once, also where that is a pipe; as ``warn(_:)``.
    package static func tell(_ text: String) { _ = write(STDOUT_FILENO, text, text.utf8.count) }

    /// Where a signal's number is written to, for who listens; a signal's handler may do little more.
    private static let signals = Atomic<Int32>(-1)

    /// Ends the process successfully where it would be ended, by SIGTERM or SIGINT.
    ///
    /// - Parameter farewell: is told the signal's number before.
    /// - Returns: what ends the listening; until it is let go of, signals are listened for.
    package static func endOnSignals(_ farewell: @escaping @Sendable (Int32) -> Void) throws -> () -> Void {
        let (readEnd, writeEnd) = try SystemPipe.make()
        signals.store(writeEnd, ordering: .sequentiallyConsistent)
        try SystemThread.begin {
            var number: UInt8 = 0
            while read(readEnd, &number, 1) < 0, errno == EINTR { continue }
            // The other end was closed where it stays zero.
            if number != 0 {
                farewell(Int32(number))
                exit(EXIT_SUCCESS)
            }
            close(readEnd)
        }
        for number in [SIGTERM, SIGINT] {
            signal(number) { number in
                let error = errno
                var byte = UInt8(truncatingIfNeeded: number)
                _ = write(ThisProcess.signals.load(ordering: .sequentiallyConsistent), &byte, 1)
                errno = error
            }
        }
        return {
            for number in [SIGTERM, SIGINT] { signal(number, SIG_IGN) }
            close(writeEnd)
        }
    }
}
