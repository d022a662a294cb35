import ArgumentParser
import Domain
import Workflows

/// The command `ringmaster policy test`.
struct PolicyTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run the policy's own cases: on this day, is this patch approved?",
        discussion: """
            The cases stand under `tests` in the policy's files: a day, a patch group, what is known of a patch, and what the \
            policy is expected to say. Needs no control plane.

            Exit codes: 0 when all hold, 1 when one does not, 65 when a file has a problem.

            Example:
              ringmaster policy test policy
            """
    )

    @OptionGroup var folder: PolicyFolderOptions
    @OptionGroup var output: OutputOptions

    private struct Outcome: Encodable {
        let place: String
        let holds: Bool
        let failure: String?
    }

    func run() async throws {
        let files = try await folder.read()
        guard !files.tests.isEmpty else {
            throw CommandFailure("\(folder.folder) has no `tests`: nothing was checked", exitCode: .checkFailed)
        }
        let outcomes = files.tests.map { test in
            let failure = test.failure(under: files.policy)
            return Outcome(place: test.place, holds: failure == nil, failure: failure)
        }
        let failures = outcomes.filter { !$0.holds }
        try output.print(outcomes) { _ in
            failures.map { "\($0.place): \($0.failure ?? "")".printable }
                + ["\(outcomes.count - failures.count) of \(outcomes.count) cases hold"]
        }
        if !failures.isEmpty { throw ExitCode.checkFailed }
    }
}
