import ArgumentParser
import Workflows

/// The folder with the policy's files.
struct PolicyFolderOptions: ParsableArguments {
    @Argument(help: "The folder with the policy's .yaml files.", completion: .directory)
    var folder: String

    /// - Throws: ``ExitCode/invalidFile`` after every problem was printed, a line each.
    func read() async throws -> PolicyFiles {
        do {
            return try await PolicyFolder(folder).read()
        } catch let problems as WorkflowProblems {
            try StandardOutput.print(problems.problems.map { "\($0)".printable })
            throw ExitCode.invalidFile
        }
    }
}
