import AgentProtocol
import HTTPTypes
import Hummingbird

/// Whether a form was sent by a page of this console.
enum SameOrigin {
    /// - Throws: ``Problem`` 403 for a request that another site, or no browser, has sent.
    static func check(_ request: Request, isSecure: Bool) throws(Problem) {
        let origin = request.headers[.origin]
        guard let origin, let authority = request.head.authority,
            origin.lowercased().hasSuffix("://" + authority.lowercased()),
            isSecure ? origin.hasPrefix("https://") : origin.hasPrefix("http")
        else {
            let detail =
                "this form was not sent by a page of this console (origin \(origin?.prefix(100) ?? "unknown")); open the "
                + "console by its own address and send it from there"
            throw Problem(status: 403, code: "foreign-origin", detail: detail)
        }
    }

    /// - Throws: ``Problem`` 403 for a form that is not of this session.
    static func check(_ values: [String: String], of session: Session) throws(Problem) {
        guard RandomText.isSame(values["form-token"] ?? "", session.formToken) else {
            let detail = "this form is of a session that is over; go back, load the page again and send it once more"
            throw Problem(status: 403, code: "stale-form", detail: detail)
        }
    }
}
