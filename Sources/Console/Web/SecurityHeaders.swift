import HTTPTypes
import Hummingbird

/// What every answer of the console says to the browser: load nothing from elsewhere, run nothing that is not ours, be in no frame.
struct SecurityHeaders: RouterMiddleware {
    typealias Context = BasicRequestContext

    static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

    let isSecure: Bool

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] = Self.policy
        response.headers[.xContentTypeOptions] = "nosniff"
        // With `no-referrer` browsers would hide the origin of our own forms, too.
        set("Referrer-Policy", "same-origin", in: &response)
        set("Cross-Origin-Opener-Policy", "same-origin", in: &response)
        set("Cross-Origin-Resource-Policy", "same-origin", in: &response)
        set("Permissions-Policy", "camera=(), geolocation=(), microphone=()", in: &response)
        if isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }

    private func set(_ name: String, _ value: String, in response: inout Response) {
        if let name = HTTPField.Name(name) { response.headers[name] = value }
    }
}
