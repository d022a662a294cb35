import AgentProtocol
import Hummingbird
import Time

/// A moment in a request's query.
enum QueryTime {
    /// nil when it is not there.
    ///
    /// - Throws: ``Problem`` 400 for what is no time.
    static func read(_ name: Substring, of request: Request) throws -> Timestamp? {
        guard let text = request.uri.queryParameters[name].map(String.init) else { return nil }
        guard let moment = Timestamp(iso8601: text) else {
            let detail = "\(name)=\(text) is not a time; write it as 2026-11-23T08:00:00Z"
            throw Problem(status: 400, code: "malformed-time", detail: detail)
        }
        return moment
    }
}
