import AWSSignature
import AsyncHTTPClient
import Domain
import NIOCore
import NIOHTTP1
import Time

/// Sends signed requests to webhooks, by [Standard Webhooks](https://www.standardwebhooks.com).
struct WebhookSender: Sendable {
    private static let timeout = TimeAmount.seconds(20)
    /// What the request alone can be the cause of: it would be refused again.
    private static let final: Set<UInt> = [400, 410, 413, 415, 422]

    /// Redirects are not followed: they would lead to where nobody wrote that it is to be told.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(10)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    let secret: @Sendable (String) throws -> String?
    let secretPlace: @Sendable (String) -> String
    let now: @Sendable () -> Timestamp

    /// - Returns: the answer's status.
    /// - Throws: ``DeliveryRefusal``; ``DeliveryFailure``.
    func send(
        to webhook: Destination.Webhook,
        named name: String,
        _ subject: String,
        _ notice: Notice
    ) async throws -> String {
        let secrets = try secrets(of: name)
        let body = try WebhookBody(subject, notice).bytes
        // Names may be of any letters, a header's value of ASCII alone.
        let id = URIEncoding.encode(notice.id(of: subject), keepingSlashes: true)
        let seconds = now().microseconds / 1_000_000
        var request = HTTPClientRequest(url: webhook.url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "ringmaster")
        request.headers.add(name: "webhook-id", value: id)
        request.headers.add(name: "webhook-timestamp", value: "\(seconds)")
        let signature = secrets.signature(id: id, seconds: seconds, body: body)
        request.headers.add(name: "webhook-signature", value: signature)
        request.body = .bytes(body)
        let status = try await status(of: request)
        let answer = "status \(status.code)"
        switch status.code {
        case 200..<300: return answer
        case 300..<400:
            throw DeliveryRefusal("\(name) answers \(answer), and redirects are not followed: name its own address")
        case let code where Self.final.contains(code):
            throw DeliveryRefusal("\(name) refuses it with \(answer): see its log, then send it again")
        default: throw DeliveryFailure("\(name) answers \(answer)")
        }
    }

    // MARK: - Steps

    private func secrets(of name: String) throws -> WebhookSecrets {
        guard let text = try secret(name) else {
            throw DeliveryFailure("there is no secret of \(name): put one into \(secretPlace(name))")
        }
        guard let secrets = WebhookSecrets(text) else {
            throw DeliveryFailure("\(secretPlace(name)) holds no secret: expected whsec_ and 24 to 64 bytes in base64")
        }
        return secrets
    }

    /// Of the answer's body nothing is kept: the log is for ever.
    private func status(of request: HTTPClientRequest) async throws -> HTTPResponseStatus {
        do {
            return try await Self.http.execute(request, timeout: Self.timeout).status
        } catch let error as CancellationError {
            throw error
        } catch {
            throw DeliveryFailure("no answer: \(error)")
        }
    }
}
