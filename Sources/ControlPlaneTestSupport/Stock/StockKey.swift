import AWSSignature
import CryptoExtras
import FoundationEssentials
package import Time

/// The RSA key of a stock agent.
package struct StockKey: Sendable {
    private let key: _RSA.Signing.PrivateKey

    init(_ key: _RSA.Signing.PrivateKey) { self.key = key }

    package init() throws { key = try _RSA.Signing.PrivateKey(keySize: .bits2048) }

    /// The DER of its SubjectPublicKeyInfo in base64, as agents send it.
    package var publicKey: String { key.publicKey.derRepresentation.base64EncodedString() }

    /// RSA-PSS over the text in base64.
    package func sign(_ text: String) throws -> String {
        try key.signature(for: Data(text.utf8), padding: .PSS).rawRepresentation.base64EncodedString()
    }

    /// The headers of a call as the agent signs those that need its own key.
    package func headers(
        _ operation: String,
        body: [UInt8],
        of node: String,
        region: String,
        host: String,
        at moment: Timestamp
    ) throws -> [(name: String, value: String)] {
        let plain = SignableRequest(
            method: "POST",
            target: "/",
            headers: [
                ("host", host), ("content-type", "application/x-amz-json-1.1"),
                ("x-amz-target", "AmazonSSM.\(operation)"),
            ],
            payloadHash: SignatureV4.payloadHash(body)
        )
        let signed = try SignatureV4(region: region, service: "ssm").signed(plain, as: node, at: moment, by: sign)
        return signed.headers + [("x-amz-content-sha256", plain.payloadHash)]
    }
}
