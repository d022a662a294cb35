import AWSSignature
import AgentProtocol
import ControlPlane
import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Time

/// Answers `sts:GetCallerIdentity`, in the query protocol: Terraform's provider asks who it is before it does anything.
struct CallerIdentity: Sendable {
    private static let form = "application/x-www-form-urlencoded"
    private static let namespace = "https://sts.amazonaws.com/doc/2011-06-15/"
    private static let operation = "GetCallerIdentity"

    let services: ControlPlaneServices
    let gate: SignatureGate

    /// Whether the request is one of the query protocol.
    static func isMeant(by request: Request) -> Bool {
        let type = request.headers[.contentType]?.prefix { $0 != ";" }.lowercased()
        return HTTPField.Name("X-Amz-Target").flatMap { request.headers[$0] } == nil && type == form
    }

    /// - Parameters:
    ///   - id: of the request, for whoever looks for it.
    ///   - source: the address that it came from.
    func answer(
        _ request: Request,
        _ body: Data,
        id: String,
        from source: String?,
        at now: Timestamp,
        _ logger: Logger
    ) async -> Response {
        do {
            let principal = try await admit(request, body, source, now, logger)
            try services.access.spend(by: principal)
            let action = Self.value(of: "Action", in: body)
            guard action == Self.operation else {
                let text = "Could not find operation \(action ?? "") for version 2011-06-15"
                throw SSMError("InvalidAction", text)
            }
            return Self.response(id, .ok, Self.identity(of: principal, id: id))
        } catch {
            let shown = SSMDoor.error(error)
            if shown.status >= 500 {
                logger.error(
                    "request of the identity's API failed",
                    metadata: ["error": "\(error)", "aws.request": "\(id)"]
                )
            }
            let status = Self.refusals.contains(shown.code) ? 403 : shown.status
            return Self.response(id, .init(code: status), Self.refusal(shown, id: id))
        }
    }

    // MARK: - Steps

    private func admit(
        _ request: Request,
        _ body: Data,
        _ source: String?,
        _ now: Timestamp,
        _ logger: Logger
    ) async throws -> Principal {
        do {
            return try await gate.admit(request, body, service: "sts", from: source, at: now).0
        } catch let refusal as SignatureRefusal {
            let entry = AuditEntry(
                outcome: .denied,
                principal: nil,
                actor: nil,
                source: source,
                request: "AWSSecurityTokenService.\(Self.operation)",
                permission: nil,
                code: refusal.code
            )
            await services.audit.noteDenied(entry, logger: logger)
            throw SSMError(refusal)
        }
    }

    /// Of a form whose values need no decoding.
    private static func value(of name: String, in body: Data) -> String? {
        let pairs = String(decoding: body, as: UTF8.self).split(separator: "&")
        return pairs.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1).prefix(100)) }
    }

    private static func identity(of principal: Principal, id: String) -> String {
        """
        <\(operation)Response xmlns="\(namespace)"><\(operation)Result><Arn>\(escaped(Call.user(principal.name)))</Arn>\
        <UserId>\(escaped(principal.id))</UserId><Account>\(Call.account)</Account></\(operation)Result>\
        <ResponseMetadata><RequestId>\(id)</RequestId></ResponseMetadata></\(operation)Response>
        """
    }

    /// The query protocol has other words for what the JSON protocol calls so.
    private static let codes = [
        "InvalidSignatureException": "SignatureDoesNotMatch", "UnrecognizedClientException": "InvalidClientTokenId",
        "MissingAuthenticationTokenException": "MissingAuthenticationToken",
        "IncompleteSignatureException": "IncompleteSignature", "ThrottlingException": "Throttling",
        "ServiceUnavailableException": "ServiceUnavailable", "InternalServerError": "InternalFailure",
    ]
    private static let refusals: Set = [
        "InvalidSignatureException", "UnrecognizedClientException", "MissingAuthenticationTokenException",
    ]

    private static func refusal(_ error: SSMError, id: String) -> String {
        """
        <ErrorResponse xmlns="\(namespace)"><Error><Type>\(error.status < 500 ? "Sender" : "Receiver")</Type>\
        <Code>\(escaped(codes[error.code] ?? error.code))</Code><Message>\(escaped(error.message ?? ""))</Message></Error>\
        <RequestId>\(id)</RequestId></ErrorResponse>
        """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    private static func response(_ id: String, _ status: HTTPResponse.Status, _ body: String) -> Response {
        var headers: HTTPFields = [.contentType: "text/xml"]
        if let name = HTTPField.Name("x-amzn-RequestId") { headers[name] = id }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: body)))
    }
}
