import AWSSignature
import AgentProtocol
import Foundation
import HostAgent
import Testing
import Time

@Suite("The signature by a stock agent's credentials")
struct RoleSignerTests {
    private let folder: TemporaryFolder
    private let now = Orders.start

    init() throws { folder = try TemporaryFolder() }

    @Test("is one that holds, and covers the node, the token and the whole target")
    func signature() throws {
        try write(credentials("ONE", "first"))
        let request = UnsignedRequest(
            method: "PUT",
            target: "/agent/v1/orders/rollout-1%230%231/outputs/apt?a=b%20c&wait=0",
            host: "ringmaster.example:7440",
            node: Orders.node,
            body: Array("text".utf8)
        )
        let proof = try signer().proof(of: request, at: now)
        #expect(proof.signer == "ONE")
        let headers = proof.headers + [(name: "host", value: request.host)]
        let claim = try SignatureClaim(headers)
        try claim.check(service: "ssm", at: now)
        #expect(claim.region == "eu-west-1" && claim.accessKeyID == "ONE")
        func signed(_ target: String, _ body: [UInt8], _ headers: [(name: String, value: String)]) -> SignableRequest {
            SignableRequest(method: "PUT", target: target, headers: headers, payloadHash: SignatureV4.payloadHash(body))
        }
        try claim.verify(signed(request.target, request.body, headers), secret: "first")
        let others = [
            signed("/agent/v1/orders/rollout-1%230%231/outputs/apt?a=b%20c&wait=1", request.body, headers),
            signed(request.target, [], headers),
            signed(request.target, request.body, Self.changing(RequestSignature.nodeHeader, to: "mi-1", in: headers)),
            signed(request.target, request.body, Self.changing("x-amz-security-token", to: "other", in: headers)),
        ]
        for other in others {
            #expect(throws: SignatureRefusal.self) { try claim.verify(other, secret: "first") }
        }
    }

    @Test("is by the credentials that the file holds now, and by the last ones while it is written anew")
    func renewal() throws {
        let signer = self.signer()
        try write(credentials("ONE", "first"))
        #expect(try signer.proof(of: Self.poll, at: now).signer == "ONE")
        for part in ["", "[default]\naws_access_key_id = TWO\n"] {
            try write(part)
            #expect(try signer.proof(of: Self.poll, at: now).signer == "ONE")
        }
        try write(credentials("TWO", "second"))
        #expect(try signer.proof(of: Self.poll, at: now).signer == "TWO")
    }

    @Test(
        "is not made where there are no whole credentials of the default profile",
        arguments: [
            nil, "", "[other]\naws_access_key_id=A\naws_secret_access_key=B\naws_session_token=C\n",
            "[default]\naws_access_key_id=A\naws_secret_access_key=B\n",
            "aws_access_key_id=A\naws_secret_access_key=B\naws_session_token=C\n",
            "[default]\naws_access_key_id=A\naws_secret_access_key=\naws_session_token=C\n",
        ]
    )
    func missing(text: String?) throws {
        if let text { try write(text) }
        let signer = self.signer()
        let failure = #expect(throws: LinkFailure.self) { try signer.proof(of: Self.poll, at: now) }
        guard case .unauthorized(let detail) = failure else {
            Issue.record("not unauthorized: \(String(describing: failure))")
            return
        }
        #expect(detail.contains(folder.path) && detail.contains("default"))
    }

    @Test("reads the file as AWS's tools write it")
    func format() throws {
        try write(
            """
            # a comment
            [profile other]
            aws_access_key_id = X

            [ default ]
            ; another
            AWS_ACCESS_KEY_ID=ONE\r
              aws_secret_access_key = a=b/c+d==
            aws_session_token = t
            region = eu-west-1
            [last]
            aws_secret_access_key = no
            """
        )
        let proof = try signer().proof(of: Self.poll, at: now)
        #expect(proof.signer == "ONE")
        let headers = proof.headers + [(name: "host", value: Self.poll.host)]
        let request = SignableRequest(
            method: "GET",
            target: Self.poll.target,
            headers: headers,
            payloadHash: SignatureV4.payloadHash([])
        )
        try SignatureClaim(headers).verify(request, secret: "a=b/c+d==")
    }

    @Test("needs what a stock agent tells the scripts that it runs")
    func environment() throws {
        let whole = [
            "AWS_SSM_INSTANCE_ID": Orders.node, "AWS_SSM_REGION_NAME": "lab-1", "AWS_SHARED_CREDENTIALS_FILE": "/c",
        ]
        let environment = try StockEnvironment(whole)
        #expect(environment.node == Orders.node && environment.region == "lab-1" && environment.credentialsFile == "/c")
        for name in whole.keys {
            var part = whole
            part[name] = nil
            #expect(throws: AgentFailure.self) { try StockEnvironment(part) }
        }
        for text in ["mi-1\nX: y", "mi-1 ", "mi-é"] {
            let other = whole.merging(["AWS_SSM_INSTANCE_ID": text]) { $1 }
            #expect(throws: AgentFailure.self) { try StockEnvironment(other) }
        }
    }

    // MARK: - Given

    private static let poll = UnsignedRequest(
        method: "GET",
        target: "/agent/v1/orders?wait=0",
        host: "127.0.0.1:1",
        node: Orders.node,
        body: []
    )

    private func signer() -> RoleSigner { RoleSigner(file: folder.path + "/credentials", region: "eu-west-1") }

    private func write(_ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + "/credentials"))
    }

    private func credentials(_ id: String, _ secret: String) -> String {
        "[default]\naws_access_key_id = \(id)\naws_secret_access_key = \(secret)\naws_session_token = token/\(id)\n"
    }

    private static func changing(
        _ name: String,
        to value: String,
        in headers: [(name: String, value: String)]
    ) -> [(name: String, value: String)] {
        headers.map { ($0.name, $0.name == name ? value : $0.value) }
    }
}
