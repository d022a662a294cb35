import AgentProtocol
import Synchronization
import Testing

@testable import HostAgent

/// Plays a conversation back: lines after `>` are what the script must be asked, lines after `<` what it then says.
final class TranscriptScript: UpdateScript {
    private let asked: [String]
    private let said: [String]

    init(_ transcript: String) {
        let lines = transcript.split(separator: "\n")
        asked = lines.filter { $0.hasPrefix("> ") }.map { String($0.dropFirst(2)) }
        said = lines.filter { $0.hasPrefix("< ") }.map { String($0.dropFirst(2)) }
    }

    func run(
        _ requests: [String],
        within limit: Duration,
        hear: @escaping @Sendable (String) -> Void
    ) async throws(StepFailure) -> String {
        #expect(requests == asked)
        said.forEach(hear)
        return "exited(0)"
    }
}
