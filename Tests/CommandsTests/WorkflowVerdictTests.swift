import Commands
import Testing

struct WorkflowVerdictTests {
    private func verdict(_ text: String) -> WorkflowVerdict { WorkflowVerdict(bytes: Array(text.utf8), file: "w.yaml") }

    @Test("A file with a problem tells file, line and column, and ends with 65")
    func invalid() throws {
        let verdict = verdict("workflow: rings\nstagse: []\n")
        guard case .invalid(let lines) = verdict.outcome else {
            Issue.record("taken: \(verdict.outcome)")
            return
        }
        #expect(lines.contains { $0.hasPrefix("w.yaml:2:1: ") })
        #expect(verdict.exitCode == .invalidFile)
    }

    @Test("A file that is not there is told so, and ends with 66")
    func missing() {
        let verdict = WorkflowVerdict(file: "/nonexistent/w.yaml")
        #expect(verdict.outcome == .unreadable("cannot read /nonexistent/w.yaml: there is no such file"))
        #expect(verdict.exitCode == .inputMissing)
    }
}
