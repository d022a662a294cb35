import AgentProtocol
import ArgumentParser
import Client
import Commands
import ControlPlane
import EmbeddedPostgres
import Postgres
import Testing
import Workflows

struct FailureReportTests {
    @Test(
        "A problem of the control plane keeps its words and its code",
        arguments: [
            (400, ExitCode.refused), (401, .notAllowed), (403, .notAllowed), (409, .refused), (503, .unreachable),
            (500, .serverFailed),
        ]
    )
    func problem(status: Int, exitCode: ExitCode) {
        let report = FailureReport(Problem(status: status, code: "stage-not-open", detail: "the gate is not open"))
        #expect(report == FailureReport(line: "error: the gate is not open [stage-not-open]", exitCode: exitCode))
    }

    @Test("A control plane that does not answer, and one that is none, are told apart")
    func client() {
        #expect(FailureReport(ClientError.unreachable(server: "http://a", reason: "refused")).exitCode == .unreachable)
        #expect(FailureReport(ClientError.unexpectedAnswer(server: "http://a", reason: "x")).exitCode == .serverFailed)
        #expect(FailureReport(ClientError.invalidServer("x")).exitCode == .validationFailure)
        #expect(FailureReport(TokenFileError.missing(path: "x")).exitCode == .inputMissing)
    }

    @Test("A database, a file and a workflow that are wrong have the codes that the manual gives them")
    func others() {
        let codes: [(any Error, ExitCode)] = [
            (PostgresError(.connectFailed, "no server"), .unreachable),
            (PostgresError(.invalidConnectionString, "nonsense"), .validationFailure),
            (EmbeddedPostgresError.inUse(folder: "x", processID: nil), .unreachable),
            (KeyFileError.malformed(file: "x"), .inputMissing),
        ]
        for (error, code) in codes { #expect(FailureReport(error).exitCode == code, "\(error)") }
        #expect(throws: WorkflowProblems.self) { try WorkflowFile.parse([], file: "w.yaml") }
        do throws(WorkflowProblems) {
            _ = try WorkflowFile.parse([], file: "w.yaml")
        } catch {
            #expect(FailureReport(error).exitCode == .invalidFile)
        }
        #expect(FailureReport(CancellationError()).exitCode == .serverFailed, "1 is for checks that found something")
    }
}
