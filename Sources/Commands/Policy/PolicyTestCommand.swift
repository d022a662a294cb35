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
            policy is expected to say. A case may name an advisory or a CVE instead: it is looked up in --advisories, which \
            may stand several times, or among what the control plane has imported. Without such cases no control plane is needed.

            Exit codes: 0 when all hold, 1 when one does not, 65 when a file has a problem.

            Examples:
              ringmaster policy test policy
              ringmaster policy test policy --advisories updateinfo.xml.gz --advisories known_exploited_vulnerabilities.json
            """
    )

    @OptionGroup var folder: PolicyFolderOptions
    @Option(
        name: .customLong("advisories"),
        help: ArgumentHelp("Look up advisories in this feed, and not in the control plane.", valueName: "file|folder"),
        completion: .file()
    )
    var feeds: [String] = []

    @OptionGroup var server: ServerOptions
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
        let advisories = try await advisories(of: files.tests)
        let outcomes = files.tests.map { test in
            let failure = test.failure(under: files.policy, knowing: advisories)
            return Outcome(place: test.place, holds: failure == nil, failure: failure)
        }
        let failures = outcomes.filter { !$0.holds }
        try output.print(outcomes) { _ in
            failures.map { "\($0.place): \($0.failure ?? "")".printable }
                + ["\(outcomes.count - failures.count) of \(outcomes.count) cases hold"]
        }
        if !failures.isEmpty { throw ExitCode.checkFailed }
    }

    private func advisories(of tests: [PolicyTest]) async throws -> [NotedAdvisory] {
        let names = Set(tests.compactMap(\.advisory))
        guard !names.isEmpty else { return [] }
        let advisories = CaseAdvisories(names)
        return try await feeds.isEmpty ? advisories.ask(server.client()) : advisories.read(from: feeds)
    }
}
