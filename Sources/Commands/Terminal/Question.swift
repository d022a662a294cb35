/// A question to the person at the terminal that is answered by yes or no.
struct Question {
    private let text: String

    init(_ text: String) { self.text = text }

    /// Waits for a line; anything but `y` or `yes`, and the end of the input, is a no.
    func isAnsweredYes() throws -> Bool {
        try StandardOutput.write(text.printable)
        return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
    }
}
