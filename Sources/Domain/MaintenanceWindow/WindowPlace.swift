/// An execution of a maintenance window, one of its tasks, or one of that task's invocations.
///
/// Its text is the UUID by which SSM's clients call it; nothing else is needed to find it. That of an invocation is its command's, too.
package struct WindowPlace: Codable, Hashable, Sendable, CustomStringConvertible {
    /// The digits of a window's id, of the execution, of the task, and of the invocation.
    private static let widths = [17, 8, 3, 4]
    private static let groups = [8, 4, 4, 4, 12]

    /// `mw-` and 17 digits.
    package var window: String
    /// From 1.
    package var execution: Int
    /// From 1, in the order of the execution's tasks; 0 for the execution itself.
    package var task: Int
    /// From 1; 0 for the task itself.
    package var invocation: Int

    package init(window: String, execution: Int, task: Int = 0, invocation: Int = 0) {
        self.window = window
        self.execution = execution
        self.task = task
        self.invocation = invocation
    }

    /// nil for a text that is no such UUID.
    package init?(_ text: String) {
        let parts = text.lowercased().split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == Self.groups else { return nil }
        var digits = parts.joined()[...]
        guard digits.allSatisfy({ $0.isHexDigit && $0.isASCII }) else { return nil }
        let fields = Self.widths.map { width in
            defer { digits = digits.dropFirst(width) }
            return digits.prefix(width)
        }
        let numbers = fields.dropFirst().compactMap { Int($0, radix: 16) }
        guard numbers.count == 3 else { return nil }
        self.init(window: "mw-\(fields[0])", execution: numbers[0], task: numbers[1], invocation: numbers[2])
    }

    package var description: String {
        let numbers = zip([execution, task, invocation], Self.widths.dropFirst()).map { number, width in
            let digits = String(number, radix: 16)
            return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }
        var digits = (window.dropFirst(3) + numbers.joined())[...]
        return Self.groups.map { count in
            defer { digits = digits.dropFirst(count) }
            return digits.prefix(count)
        }.joined(separator: "-")
    }

    package var ofExecution: Self { Self(window: window, execution: execution) }
    package var ofTask: Self { Self(window: window, execution: execution, task: task) }
}
