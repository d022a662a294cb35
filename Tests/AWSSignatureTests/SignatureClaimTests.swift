import Testing
import Time

@testable import AWSSignature

@Suite("Verification of Signature Version 4") struct SignatureClaimTests {
    private static let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

    private let credentials = AWSCredentials(accessKeyID: "RMAK0123456789ABCDEF", secretAccessKey: Self.secret)
    private let body = Array(#"{"InstanceIds":["mi-0"]}"#.utf8)
    private let now: Timestamp

    init() throws { now = try #require(Timestamp(iso8601: "2026-11-26T20:00:00Z")) }

    private func plain() -> SignableRequest {
        SignableRequest(
            method: "POST",
            path: "/",
            headers: [
                ("Host", "ringmaster.example:7440"), ("X-Amz-Target", "AmazonSSM.DescribeInstancePatchStates"),
                ("Content-Type", "application/x-amz-json-1.1"),
            ],
            payloadHash: SignatureV4.payloadHash(body)
        )
    }

    private func signed(_ request: SignableRequest, at moment: Timestamp, service: String = "ssm") -> SignableRequest {
        SignatureV4(region: "eu-west-1", service: service).signed(request, by: credentials, at: moment)
    }

    private func verify(_ request: SignableRequest, secret: String = Self.secret) throws(SignatureRefusal) {
        let claim = try SignatureClaim(request.headers)
        try claim.check(service: "ssm", at: now)
        try claim.verify(request, secret: secret)
    }

    private func refusal(_ request: SignableRequest, secret: String = Self.secret) -> SignatureRefusal? {
        do throws(SignatureRefusal) {
            try verify(request, secret: secret)
            return nil
        } catch {
            return error
        }
    }

    private func changed(_ name: String, _ change: (String) -> String?) -> SignableRequest {
        var request = signed(plain(), at: now)
        request.headers = request.headers.compactMap { header in
            guard header.name.lowercased() == name else { return header }
            return change(header.value).map { (header.name, $0) }
        }
        return request
    }

    @Test("What the client signs is believed, with the header that botocore leaves out of its signature")
    func roundTrip() throws {
        var request = signed(plain(), at: now)
        request.headers.append(("User-Agent", "aws-cli"))
        try verify(request)
        let claim = try SignatureClaim(request.headers)
        #expect(claim.accessKeyID == credentials.accessKeyID)
        #expect(claim.region == "eu-west-1")
        #expect(claim.signature.count == 64)
    }

    @Test("A change of anything that is signed is a mismatch, and so is another secret")
    func changes() {
        #expect(refusal(signed(plain(), at: now), secret: "other") == .mismatch)
        #expect(refusal(changed("x-amz-target") { "\($0)ForPatchGroup" }) == .mismatch)
        #expect(refusal(changed("host") { "other\($0)" }) == .mismatch)
        #expect(refusal(changed("content-type") { _ in nil }) == .mismatch)
        #expect(refusal(changed("x-amz-date") { _ in "20261126T200001Z" }) == .mismatch)
        #expect(refusal(changed("x-amz-content-sha256") { _ in "UNSIGNED-PAYLOAD" }) == .mismatch)
        #expect(refusal(changed("authorization") { String($0.dropLast()) }) == .mismatch)
        #expect(refusal(changed("authorization") { "\($0.dropLast(2))+f" }) == .mismatch)
        var other = signed(plain(), at: now)
        other.payloadHash = SignatureV4.payloadHash(Array("{}".utf8))
        other.headers = other.headers.map { $0.name == "x-amz-content-sha256" ? ($0.name, other.payloadHash) : $0 }
        #expect(refusal(other) == .mismatch)
    }

    @Test("A header of AWS's that no signature covers is refused")
    func uncovered() {
        var request = signed(plain(), at: now)
        request.headers.append(("X-Amz-Security-Token", "t"))
        #expect(refusal(request)?.message.contains("'x-amz-security-token' must be a 'SignedHeader'") == true)
        var hostless = plain()
        hostless.headers.removeAll { $0.name == "Host" }
        var bare = signed(hostless, at: now)
        bare.headers.append(("host", "ringmaster.example"))
        #expect(refusal(bare)?.message.contains("'host' must be a 'SignedHeader'") == true)
    }

    @Test("Fifteen minutes either way count, and not a second more, in AWS's words")
    func clocks() {
        for seconds in [-900, 900] { #expect(refusal(signed(plain(), at: now + .seconds(seconds))) == nil) }
        #expect(
            refusal(signed(plain(), at: now - .seconds(901)))
                == .invalid(
                    "Signature expired: 20261126T194459Z is now earlier than 20261126T194500Z (20261126T200000Z - 15 min.)"
                )
        )
        #expect(
            refusal(signed(plain(), at: now + .seconds(901)))
                == .invalid(
                    "Signature not yet current: 20261126T201501Z is still later than 20261126T201500Z (20261126T200000Z + 15 min.)"
                )
        )
    }

    @Test("A scope of another service, day or end is refused before any secret is looked for")
    func scopes() {
        #expect(
            refusal(signed(plain(), at: now, service: "s3"))
                == .invalid("Credential should be scoped to correct service: 'ssm'. ")
        )
        let day = changed("authorization") { $0.replacing("/20261126/", with: "/20261125/") }
        #expect(refusal(day)?.message.hasPrefix("Date in Credential scope does not match YYYYMMDD") == true)
        let end = changed("authorization") { $0.replacing("/aws4_request", with: "/aws5_request") }
        #expect(refusal(end)?.message.contains("valid terminator") == true)
    }

    @Test("What is not signed, and what does not say how, is told apart")
    func incomplete() {
        #expect(refusal(plain()) == .missing)
        #expect(SignatureRefusal.missing.code == "MissingAuthenticationTokenException")
        for (value, text) in [
            ("Bearer rm_0", "requires the algorithm"),
            ("AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host", "requires 'Signature' parameter."),
            ("AWS4-HMAC-SHA256 Credential= a b/c, SignedHeaders=host, Signature=0", "exactly 5 slash-delimited"),
            ("AWS4-HMAC-SHA256 key/20261126/r/ssm/aws4_request", "missing equal-sign"),
            ("AWS4-HMAC-SHA256 ", "requires 'Credential' parameter."),
        ] {
            let found = refusal(changed("authorization") { _ in value })
            #expect(found?.code == "IncompleteSignatureException", "\(value)")
            #expect(found?.message.contains(text) == true, "\(value): \(found?.message ?? "")")
        }
        for date in ["", "2026-11-26T20:00:00Z", "20261126T200000", "20261326T200000Z", "é0261126T20000Z"] {
            let found = refusal(changed("x-amz-date") { _ in date })
            #expect(found?.code == "IncompleteSignatureException", "\(date)")
        }
    }
}
