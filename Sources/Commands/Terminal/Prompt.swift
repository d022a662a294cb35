import Glibc

/// Asks the person at the terminal for a yes or a no, without holding a thread, so that Ctrl-C still ends everything in order.
enum Prompt {
    /// Between two looks for an answer.
    private static let interval = Duration.milliseconds(100)

    /// Waits for a line; anything but `y` or `yes`, and the end of the input, is a no.
    static func isAnsweredYes(_ question: String) async throws -> Bool {
        try StandardOutput.write("\(question.printable) [y/N] ")
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        while poll(&input, 1, 0) == 0 {
            do {
                try await Task.sleep(for: interval)
            } catch {
                try StandardOutput.write("\n")  // what is said next begins a line of its own
                throw error
            }
        }
        return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
    }
}
