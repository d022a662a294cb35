import AgentProtocol
import ControlPlane

/// What a stock agent says of a document that it runs (ssm-agent-protocol §4.2).
struct ReplyPayload: Decodable, Sendable {
    struct Step: Decodable, Sendable {
        var status: String?
        var code: Int?
        var standardOutput: String?
        var standardError: String?
        var output: String?
    }

    /// Of what was printed last, what people are told.
    private static let mostText = 600
    /// What the agent says of a step, whose process is gone when it is back itself (§5.2).
    private static let lost = "document process failed unexpectedly"
    /// Our agent's exit code where its next start goes on.
    private static let unfinished = 75

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
        default: isCutOff ? .cutOff(detail: detail) : .failure(.interrupted, detail: detail)
        }
    }

    private var isCutOff: Bool {
        runtimeStatus?.values.contains { $0.output?.contains(Self.lost) == true || $0.code == Self.unfinished } ?? false
    }

    private var detail: String {
        let step = runtimeStatus?.sorted { $0.key < $1.key }.first { $0.value.status != "Success" }?.value
        let code = step?.code.map { " with exit code \($0)" } ?? ""
        let texts = [documentTraceOutput, step?.standardError, step?.standardOutput, step?.output].compactMap(\.self)
        let text = texts.first { !$0.isEmpty } ?? "it told nothing"
        let shown = String(text.unicodeScalars.filter { $0.value >= 0x20 && $0 != "\u{7f}" || $0 == "\n" })
        return
            "amazon-ssm-agent ended the order's run: \(documentStatus.prefix(40))\(code): \(shown.suffix(Self.mostText))"
    }
}
