import Testing
import Time

@testable import AWSSignature

/// AWS's own examples: "Authenticating Requests: Using the Authorization Header (AWS Signature Version 4)" of the S3 API reference,
/// and the one of the IAM User Guide.
@Suite struct SignatureV4Tests {
    private let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    private let credentials = AWSCredentials(
        accessKeyID: "AKIAIOSFODNN7EXAMPLE",
        secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    )
    private let host = ("host", "examplebucket.s3.amazonaws.com")

    private func signature(_ request: SignableRequest) throws -> String {
        let now = try #require(Timestamp(iso8601: "2013-05-24T00:00:00Z"))
        let signed = SignatureV4(region: "us-east-1", service: "s3").signed(request, by: credentials, at: now)
        let value = try #require(signed.headers.last)
        #expect(value.name == "authorization")
        return String(value.value.suffix(64))
    }

    @Test("GET of a part of an object") func getObject() throws {
        let request = SignableRequest(
            method: "GET",
            path: "/test.txt",
            headers: [host, ("Range", "bytes=0-9")],
            payloadHash: empty
        )
        #expect(try signature(request) == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    }

    @Test("PUT of an object whose name is encoded") func putObject() throws {
        let request = SignableRequest(
            method: "PUT",
            path: "/" + URIEncoding.encode("test$file.text"),
            headers: [
                host, ("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ],
            payloadHash: SignatureV4.payloadHash(Array("Welcome to Amazon S3.".utf8))
        )
        #expect(try signature(request) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")
    }

    @Test("a query of a name without a value") func lifecycle() throws {
        let request = SignableRequest(
            method: "GET",
            path: "/",
            query: [("lifecycle", "")],
            headers: [host],
            payloadHash: empty
        )
        #expect(try signature(request) == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")
    }

    @Test("a query in another order than its names'") func list() throws {
        let request = SignableRequest(
            method: "GET",
            path: "/",
            query: [("prefix", "J"), ("max-keys", "2")],
            headers: [host],
            payloadHash: empty
        )
        #expect(try signature(request) == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
    }

    @Test("a session's token is signed, too") func token() throws {
        let now = try #require(Timestamp(iso8601: "2013-05-24T00:00:00.9Z"))
        var temporary = credentials
        temporary.sessionToken = "token"
        let request = SignableRequest(method: "GET", path: "/", headers: [host], payloadHash: empty)
        let signed = SignatureV4(region: "eu-west-1", service: "s3").signed(request, by: temporary, at: now)
        let value = try #require(signed.headers.last).value
        #expect(value.contains("Credential=AKIAIOSFODNN7EXAMPLE/20130524/eu-west-1/s3/aws4_request"))
        #expect(value.contains("SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token"))
        #expect(signed.headers.contains { $0 == ("x-amz-date", "20130524T000000Z") })
        var other = temporary
        other.sessionToken = "another"
        let another = SignatureV4(region: "eu-west-1", service: "s3").signed(request, by: other, at: now)
        #expect(another.headers.last?.value != value)
    }

    @Test("values count as AWS reads them: trimmed, blanks as one, several by a comma") func values() {
        let request = SignableRequest(
            method: "GET",
            path: "/",
            headers: [("X-B", "  a \t b "), ("x-a", "2"), ("x-b", "c")],
            payloadHash: empty
        )
        #expect(request.canonical == "GET\n/\n\nx-a:2\nx-b:a b,c\n\nx-a;x-b\n\(empty)")
    }

    @Test("credentials come from the environment whole, or not at all") func environment() {
        let key = ["AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": ""]
        #expect(AWSCredentials(environment: key)?.accessKeyID == "id")
        #expect(AWSCredentials(environment: key)?.sessionToken == nil)
        #expect(AWSCredentials(environment: ["AWS_ACCESS_KEY_ID": "id"]) == nil)
    }
}
