import AWSSignature
import AgentProtocol
import HostAgent
import NIOHTTP1

extension FakeControlPlane {
    /// Whether the node's role credentials have signed the request.
    static func isSigned(_ head: HTTPRequestHead, _ body: [UInt8], by role: AWSCredentials) -> Bool {
        let headers = head.headers.map { (name: $0.name, value: $0.value) }
        let request = SignableRequest(
            method: head.method.rawValue,
            target: head.uri,
            headers: headers,
            payloadHash: SignatureV4.payloadHash(body)
        )
        do throws(SignatureRefusal) {
            let claim = try SignatureClaim(headers)
            try claim.check(service: "ssm", at: SystemClock.now())
            try claim.verify(request, secret: role.secretAccessKey)
            return claim.accessKeyID == role.accessKeyID
                && head.headers.first(name: "x-amz-security-token") == role.sessionToken
                && head.headers.first(name: RequestSignature.nodeHeader) == Orders.node
        } catch {
            return false
        }
    }
}
