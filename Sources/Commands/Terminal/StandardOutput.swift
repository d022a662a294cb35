import ArgumentParser
package import FoundationEssentials
import Glibc

/// Writes to standard output and standard error, at once and completely.
package enum StandardOutput {
    /// Writes lines to standard output, each with a line end.
    package static func print(_ lines: [String]) throws {
        try write(lines.map { $0 + "\n" }.joined())
    }

    package static func print(_ line: String) throws { try write(line + "\n") }

    /// Writes the text as it is.
    ///
    /// - Throws: ``CommandFailure`` when it cannot be written; a reader that has gone, such as `head`, ends the
    ///   command without a word.
    package static func write(_ text: String) throws { try write(Data(text.utf8)) }

    package static func write(_ data: Data) throws {
        let reason = send(data, to: STDOUT_FILENO)
        if reason == EPIPE { throw ExitCode.success }
        guard reason == 0 else {
            let text = String(cString: strerror(reason))
            throw CommandFailure("cannot write the output: \(text)", exitCode: .outputFailed)
        }
    }

    /// Tells a person something beside the output; nobody is left to hear of a failure to do so.
    package static func note(_ line: String) { _ = send(Data((line + "\n").utf8), to: STDERR_FILENO) }

    /// 0, or the number of the error.
    private static func send(_ data: Data, to descriptor: Int32) -> Int32 {
        data.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                rest = rest.dropFirst(count)
            }
            return 0
        }
    }
}
