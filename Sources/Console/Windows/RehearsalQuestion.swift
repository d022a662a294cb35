import AgentProtocol
import ControlPlane
import Time

/// A rehearsal that an address asks for.
struct RehearsalQuestion: Sendable {
    var workflow: String?
    var from: Timestamp?
    /// How long a host is taken to need.
    var hostMinutes = 30

    init() {}

    /// - Throws: ``Problem`` 400 for a time or a number that cannot be read.
    init(_ visit: Visit) throws(Problem) {
        workflow = visit["workflow"]
        if let text = visit["from"] {
            guard let moment = Timestamp(iso8601: text + "Z") else {
                throw Self.invalid("\(text) is no time; write it in UTC, as in 2026-12-08T02:00")
            }
            from = moment
        }
        if let text = visit["minutes"] {
            let bounds = CalendarService.hostMinutes
            guard let number = Int(text), bounds.contains(number) else {
                throw Self.invalid("a host needs \(bounds.lowerBound) to \(bounds.upperBound) minutes, not \(text)")
            }
            hostMinutes = number
        }
    }

    private static func invalid(_ detail: String) -> Problem {
        Problem(status: 400, code: "malformed-form", detail: detail)
    }
}
