import Testing

@testable import ObjectStorage

@Suite struct S3LocationTests {
    @Test(
        "places of S3, and what is none",
        arguments: [
            ("s3://acme-evidence/patching/2026-11/", "acme-evidence", "patching/2026-11/"), ("s3://acme", "acme", ""),
            ("s3://a.b.c/x", "a.b.c", "x"),
        ]
    )
    func read(_ text: String, bucket: String, key: String) throws {
        let location = try #require(S3Location(text))
        #expect(location == S3Location(bucket: bucket, key: key))
    }

    @Test(arguments: [
        "acme/x", "s3:/acme", "s3://", "s3://ab/x", "s3://Acme/x", "s3://-acme/x", "s3://ac me/x", "s3://acme?/x",
        "s3://acme/" + String(repeating: "k", count: 1_025),
    ])
    func refused(_ text: String) { #expect(S3Location(text) == nil) }

    @Test("a name goes into a folder, and stands for a file that is named") func names() {
        #expect(S3Location(bucket: "acme", key: "a/").object(named: "b").key == "a/b")
        #expect(S3Location(bucket: "acme", key: "").object(named: "b").key == "b")
        #expect(S3Location(bucket: "acme", key: "a").object(named: "b").key == "a")
    }

    @Test("where AWS and other stores have a bucket") func addresses() throws {
        let location = S3Location(bucket: "acme", key: "a b")
        let aws = S3Endpoint(region: "eu-west-1").address(of: location) { $0 }
        #expect(aws == ("https://acme.s3.eu-west-1.amazonaws.com", "acme.s3.eu-west-1.amazonaws.com", "/a b"))
        let dotted = S3Endpoint(region: "eu-west-1").address(of: S3Location(bucket: "a.b", key: "c")) { $0 }
        #expect(dotted == ("https://s3.eu-west-1.amazonaws.com", "s3.eu-west-1.amazonaws.com", "/a.b/c"))
        let other = try #require(S3Endpoint(url: "http://127.0.0.1:9000/", region: "x")).address(of: location) { $0 }
        #expect(other == ("http://127.0.0.1:9000", "127.0.0.1:9000", "/acme/a b"))
        #expect(S3Endpoint(url: "127.0.0.1:9000", region: "x") == nil)
        #expect(S3Endpoint(url: "http://host/path", region: "x") == nil)
    }

    @Test("the environment's own endpoint for S3 goes before the common one") func environment() {
        let names = ["AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_S3": "http://b", "AWS_REGION": "eu-west-1"]
        #expect(S3Endpoint(environment: names) == S3Endpoint(url: "http://b", region: "eu-west-1"))
        #expect(S3Endpoint(environment: [:]) == S3Endpoint(region: "us-east-1"))
        #expect(S3Endpoint(environment: ["AWS_ENDPOINT_URL": "b"]) == nil)
    }
}
