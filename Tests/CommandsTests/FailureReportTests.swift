import AgentProtocol
import ArgumentParser
import Client
import Commands
import Testing

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
}
