import AgentProtocol
import ControlPlane

/// What a stock agent says of a document that it runs (ssm-agent-protocol §4.2).
struct ReplyPayload: Decodable, Sendable {
    struct Step: Decodable, Sendable {
        var status: String?
        var code: Int?
        var standardOutput: String?
        var standardError: String?
    }

    /// Of what was printed last, what people are told.
    private static let mostText = 600

    var documentStatus: String
    var documentTraceOutput: String?
    var runtimeStatus: [String: Step]?

    /// nil while the document runs, and while its host reboots for it.
    var end: WakeUpEnd? {
        switch documentStatus {
        case "InProgress", "SuccessAndReboot": nil
        case "Success": .success
        case "TimedOut": .failure(.timeout, detail: detail)
        case "Cancelled": .failure(.cancelled, detail: detail)
        default: .failure(.interrupted, detail: detail)
        }
    }

    private var detail: String {
        let step = runtimeStatus?.sorted { $0.key < $1.key }.first { $0.value.status != "Success" }?.value
        let code = step?.code.map { " with exit code \($0)" } ?? ""
        let texts = [documentTraceOutput, step?.standardError, step?.standardOutput].compactMap(\.self)
        let text = texts.first { !$0.isEmpty } ?? "it told nothing"
        let shown = String(text.unicodeScalars.filter { $0.value >= 0x20 && $0 != "\u{7f}" || $0 == "\n" })
        return
            "amazon-ssm-agent ended the order's run: \(documentStatus.prefix(40))\(code): \(shown.suffix(Self.mostText))"
    }
}
