import AgentProtocol
import ControlPlane
import Domain
import Hummingbird

/// Which findings are open for too long, and which will be: `/api/v1/sla`.
struct SLARoutes: Sendable {
    private static let standardLimit = 500

    let sla: SLAService

    func add(to group: OperatorGroup) {
        group.get("sla", on: .fleet) { request, _ in
            let limit = request.uri.queryParameters["limit"].flatMap { Int($0) } ?? Self.standardLimit
            return try JSONBody.respond(try await sla.findings(in: try Self.state(request), limit: limit))
        }
    }

    private static func state(_ request: Request) throws(Problem) -> SLAClock.State? {
        guard let text = request.uri.queryParameters["state"].map(String.init) else { return nil }
        if let state = SLAClock.State(rawValue: text) { return state }
        let known = SLAClock.State.allCases.map(\.rawValue).joined(separator: ", ")
        let detail = "state=\(text.prefix(80)) is not one of \(known)"
        throw Problem(status: 400, code: "malformed-filter", detail: detail)
    }
}
