/// One thing that is wrong with a workflow file, and where.
package struct WorkflowProblem: Error, Hashable, Sendable, CustomStringConvertible {
    package let file: String
    /// From 1.
    package let line: Int
    /// From 1, in Unicode scalars.
    package let column: Int
    /// What was found, and what was expected.
    package let message: String

    package var description: String { "\(file):\(line):\(column): \(message)" }
}

/// Everything that is wrong with a workflow file, in its order.
package struct WorkflowProblems: Error, Equatable, Sendable, CustomStringConvertible {
    /// Never empty.
    package let problems: [WorkflowProblem]

    /// One problem to a line.
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// Where problems are gathered while a file is read: all are reported, not the first.
final class ProblemList {
    private let file: String
    private var found: Set<WorkflowProblem> = []

    init(file: String) { self.file = file }

    /// The same problem is kept once, though stages that are like another read it again.
    func add(_ message: String, at place: Place) {
        found.insert(WorkflowProblem(file: file, line: place.line, column: place.column, message: message))
    }

    var isEmpty: Bool { found.isEmpty }

    /// All of them, in the file's order.
    var failure: WorkflowProblems {
        WorkflowProblems(
            problems: found.sorted { ($0.line, $0.column, $0.message) < ($1.line, $1.column, $1.message) }
        )
    }

    /// A name that occurs a second time is a problem at its second place.
    func checkUnique(_ what: String, _ named: [(name: String, place: Place)]) {
        var seen: Set<String> = []
        for (name, place) in named where !seen.insert(name).inserted {
            add("two \(what) are called `\(name)`: expected different names", at: place)
        }
    }
}
