import ControlPlane
import HTTPTypes
import Hummingbird
import ReadModels
import ServiceLifecycle

/// Tells a write where its decision stands in the log (`Ringmaster-Position`), and has a read wait for such a place (`since`).
///
/// Reads catch up with the log before they answer, so that whoever reads from the same database never waits. One that reads from a
/// copy does.
struct PositionMiddleware: RouterMiddleware {
    typealias Context = BasicRequestContext

    /// How long a read waits.
    private static let patience = Duration.seconds(10)
    private static let header = HTTPField.Name("Ringmaster-Position")

    let questions: FleetQuestions

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard request.method == .post else {
            if let position = request.uri.queryParameters[Query.since[...]] {
                // A drain ends the wait at once.
                try await cancelWhenGracefulShutdown {
                    try await questions.wait(for: String(position), atMost: Self.patience)
                }
            }
            return try await next(request, context)
        }
        let place = DecisionPlace()
        var response = try await DecisionPlace.$current.withValue(place) { try await next(request, context) }
        if let text = place.text, let header = Self.header { response.headers[header] = text }
        return response
    }
}
