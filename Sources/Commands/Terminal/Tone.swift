/// What a piece of text means to its reader; a terminal shows it as colour, and a file as nothing.
package enum Tone: Sendable {
    case plain
    case good
    case bad
    case warning
    case faint
    case heading

    /// The parameter of the terminal's "select graphic rendition"; nil when the text stays as it is.
    var code: String? {
        switch self {
        case .plain: nil
        case .good: "32"
        case .bad: "31"
        case .warning: "33"
        case .faint: "2"
        case .heading: "1"
        }
    }

    /// The tone of a state that a cycle, stage, lane, host run or node is in.
    package static func ofState(_ state: String) -> Self {
        switch state {
        case "completed", "done", "succeeded", "passed", "COMPLIANT": .good
        case "failed", "halted", "aborted", "aborting", "timed-out", "NON_COMPLIANT", "breached": .bad
        case "paused", "gate", "open", "refused", "unknown", "missed-window", "cancelled", "UNKNOWN",
            "due-soon":
            .warning
        case "pending", "waiting", "skipped", "queued", "planned": .faint
        default: .plain
        }
    }
}
