import ControlPlane
import HTTPTypes
import Hummingbird

/// Tells a write where its decision stands in the log (`Ringmaster-Position`).
struct PositionMiddleware: RouterMiddleware {
    typealias Context = OperatorContext

    private static let header = HTTPField.Name("Ringmaster-Position")

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard request.method == .post else { return try await next(request, context) }
        let place = DecisionPlace()
        var response = try await DecisionPlace.$current.withValue(place) { try await next(request, context) }
        if let text = place.text, let header = Self.header { response.headers[header] = text }
        return response
    }
}
