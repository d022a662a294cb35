import Crypto
package import Time

/// Signature Version 4 of AWS, by a derived key of one day, region and service.
///
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
package struct SignatureV4: Sendable {
    static let algorithm = "AWS4-HMAC-SHA256"
    /// What a scope ends with.
    static let terminator = "aws4_request"

    package var region: String
    /// Such as `s3`.
    package var service: String

    package init(region: String, service: String) {
        self.region = region
        self.service = service
    }

    /// The request with the headers that S3 wants signed, and the one that signs them.
    package func signed(_ request: SignableRequest, by credentials: AWSCredentials, at now: Timestamp)
        -> SignableRequest
    {
        var signed = request
        signed.headers.append(("x-amz-date", Self.basic(now)))
        signed.headers.append(("x-amz-content-sha256", request.payloadHash))
        if let token = credentials.sessionToken { signed.headers.append(("x-amz-security-token", token)) }
        let signature = signature(of: signed, secret: credentials.secretAccessKey, at: now)
        return with(signature, of: credentials.accessKeyID, signed, at: now)
    }

    /// The request as a managed instance signs it, by a key of its own: with its date and the header that signs them.
    ///
    /// - Parameter sign: makes a signature of a text, in base64.
    package func signed(
        _ request: SignableRequest,
        as instance: String,
        at now: Timestamp,
        by sign: (String) throws -> String
    ) rethrows -> SignableRequest {
        var signed = request
        signed.headers.append(("x-amz-date", Self.basic(now)))
        return with(try sign(text(of: signed, at: now)), of: instance, signed, at: now)
    }

    private func with(_ signature: String, of id: String, _ request: SignableRequest, at now: Timestamp)
        -> SignableRequest
    {
        let value =
            "\(Self.algorithm) Credential=\(id)/\(scope(now)), SignedHeaders=\(request.signedHeaders), "
            + "Signature=\(signature)"
        var signed = request
        signed.headers.append(("authorization", value))
        return signed
    }

    /// In hexadecimal.
    func signature(of request: SignableRequest, secret: String, at now: Timestamp) -> String {
        Self.hexadecimal(Self.mac(text(of: request, at: now), signingKey(of: secret, at: now)))
    }

    /// Whether that is the request's signature, in a time that tells nothing of the right one.
    func isSignature(_ bytes: [UInt8], of request: SignableRequest, by key: SymmetricKey, at now: Timestamp) -> Bool {
        let text = Array(text(of: request, at: now).utf8)
        return HMAC<SHA256>.isValidAuthenticationCode(bytes, authenticating: text, using: key)
    }

    /// The SHA-256 of a body, as the signature and the header want it.
    package static func payloadHash(_ body: some Sequence<UInt8>) -> String {
        hexadecimal(SHA256.hash(data: Array(body)))
    }

    /// AWS's string to sign.
    func text(of request: SignableRequest, at now: Timestamp) -> String {
        let hash = Self.hexadecimal(SHA256.hash(data: Array(request.canonical.utf8)))
        return "\(Self.algorithm)\n\(Self.basic(now))\n\(scope(now))\n\(hash)"
    }

    /// Of the day, the region and the service.
    func signingKey(of secret: String, at now: Timestamp) -> SymmetricKey {
        var key = SymmetricKey(data: Array("AWS4\(secret)".utf8))
        for part in [Self.day(now), region, service, Self.terminator] {
            key = SymmetricKey(data: Self.mac(part, key))
        }
        return key
    }

    func scope(_ now: Timestamp) -> String { "\(Self.day(now))/\(region)/\(service)/\(Self.terminator)" }

    private static func mac(_ text: String, _ key: SymmetricKey) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
    }

    static func day(_ moment: Timestamp) -> String { String(basic(moment).prefix(8)) }

    /// `20130524T000000Z`: ISO 8601 without its signs, in whole seconds.
    static func basic(_ moment: Timestamp) -> String {
        let second = Timestamp(microseconds: moment.microseconds - moment.microseconds % 1_000_000)
        return String(
            decoding: second.description.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":") },
            as: UTF8.self
        )
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
