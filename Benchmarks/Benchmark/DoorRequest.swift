import AWSSignature
import Foundation
import Time

/// A request of AWS's tools, as botocore makes it.
struct DoorRequest {
    static let service = "ssm"
    static let region = "Frankfurt"

    let operation: String
    let body: Data
    let credentials: AWSCredentials

    init(_ operation: String, _ input: some Encodable, by credentials: AWSCredentials) throws {
        self.operation = operation
        body = try JSONEncoder().encode(input)
        self.credentials = credentials
    }

    /// With all headers that are sent.
    func signed(for host: String, at now: Timestamp) -> [(name: String, value: String)] {
        let request = SignableRequest(
            method: "POST",
            path: "/",
            headers: [
                ("host", host), ("x-amz-target", "AmazonSSM.\(operation)"),
                ("content-type", "application/x-amz-json-1.1"),
            ],
            payloadHash: SignatureV4.payloadHash(body)
        )
        return SignatureV4(region: Self.region, service: Self.service).signed(request, by: credentials, at: now).headers
    }
}

/// The input of `DescribeInstancePatchStates`.
struct StatesInput: Encodable {
    let InstanceIds: [String]
}

/// The input of `DescribeInstancePatchStatesForPatchGroup`.
struct GroupStatesInput: Encodable {
    let PatchGroup: String
    let MaxResults: Int
    var NextToken: String?
}
