import AWSSignature
import ControlPlane
import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Time

/// Tells who sends a request of AWS's tools, by its signature.
struct SignatureGate: Sendable {
    let access: AccessService
    let regions: Regions

    /// - Parameter service: that the request must be signed for.
    /// - Throws: ``SignatureRefusal`` for nobody that is known.
    func admit(
        _ request: Request,
        _ body: Data,
        service: String = "ssm",
        from source: String?,
        at now: Timestamp
    ) async throws -> (Principal, SignatureClaim) {
        let headers = Self.headers(of: request)
        let claim = try SignatureClaim(headers)
        try claim.check(service: service, at: now)
        guard let secret = try await access.secret(ofAccessKey: claim.accessKeyID) else {
            throw SignatureRefusal.unknownKey
        }
        let signed = SignableRequest(
            method: request.method.rawValue,
            path: request.uri.path,
            headers: headers,
            payloadHash: SignatureV4.payloadHash(body)
        )
        try claim.verify(signed, secret: secret)
        guard try await regions.contains(claim.region) else {
            throw SignatureRefusal.invalid("Credential should be scoped to a valid region. ")
        }
        guard let principal = try await access.principal(ofAccessKey: claim.accessKeyID, from: source) else {
            throw SignatureRefusal.unknownKey
        }
        return (principal, claim)
    }

    /// With the host, which is no header in HTTP/2.
    static func headers(of request: Request) -> [(name: String, value: String)] {
        let fields = request.headers.map { (name: $0.name.rawName, value: $0.value) }
        return fields + [(name: "host", value: request.head.authority ?? "")]
    }
}
