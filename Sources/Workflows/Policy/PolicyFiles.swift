package import Domain
import Scheduling

/// A policy as people write it: the YAML files of one folder, each with some of its sections.
package struct PolicyFiles: Sendable {
    /// Largest file that is taken, in bytes.
    package static let maximumBytes = WorkflowFile.maximumBytes

    /// Largest calendar that is taken, in bytes.
    package static let maximumCalendarBytes = ICalendar.longestBytes

    package struct File: Sendable {
        /// Its name in messages.
        package var name: String
        package var bytes: [UInt8]

        package init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    package let policy: Policy
    /// The users' own tests of it.
    package let tests: [PolicyTest]

    /// What the files name as calendars: a file's name beside them, or an address.
    package static func calendars(in files: [File]) -> Set<String> {
        var draft = PolicyDraft()
        var found: Set<String> = []
        for file in files {
            draft.read(file, ProblemList(file: file.name)) { source throws(UnreadableCalendar) in
                found.insert(source)
                throw UnreadableCalendar("not read yet")
            }
        }
        return found
    }

    /// - Parameters:
    ///   - files: in the order of their names.
    ///   - calendar: the text behind a reference to a calendar, a file's name or an address; throws a text for people.
    /// - Throws: all that is wrong with them, each with file, line and column.
    package init(
        _ files: [File],
        calendar: (String) throws(UnreadableCalendar) -> String
    ) throws(WorkflowProblems) {
        var draft = PolicyDraft()
        var found: [WorkflowProblem] = []
        for file in files {
            let problems = ProblemList(file: file.name)
            draft.read(file, problems, calendar)
            found += problems.isEmpty ? [] : problems.failure.problems
        }
        // What the values mean is looked at when all could be read.
        if found.isEmpty {
            found = draft.policy.problems.map { problem in
                let origin = draft.origins[problem.section]?[problem.index]
                return WorkflowProblem(
                    file: origin?.file ?? "policy",
                    line: origin?.place.line ?? 1,
                    column: origin?.place.column ?? 1,
                    message: problem.message
                )
            }
        }
        guard found.isEmpty else { throw WorkflowProblems(problems: found) }
        policy = draft.policy
        tests = draft.tests
    }
}

/// A calendar that a policy names and that cannot be had.
package struct UnreadableCalendar: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
