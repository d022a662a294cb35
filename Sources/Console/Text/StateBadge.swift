/// A state in words, with the tone that it has everywhere; the tone is never all that tells it.
struct StateBadge: Sendable {
    /// `good`, `bad`, `warn`, `busy` or `calm`: a class of the style sheet.
    var tone: String
    var text: String

    init(_ state: String) {
        text = state
        tone =
            switch state {
            case "COMPLIANT", "completed", "succeeded", "passed", "confirmed", "passing", "done", "Success",
                "Installed":
                "good"
            case "NON_COMPLIANT", "failed", "failing", "halted", "breached", "timed-out", "never-came-back",
                "old-kernel", "same-boot", "Failed", "InstalledRejected":
                "bad"
            case "UNKNOWN", "unknown", "paused", "aborting", "due-soon", "refused", "missed-window", "degraded",
                "unordered", "gate", "open", "stale", "Missing", "InstalledPendingReboot", "announced":
                "warn"
            case "running", "opening", "installing", "rebooting", "verifying", "accepted", "ordered", "waiting":
                "busy"
            default: "calm"
            }
    }
}
