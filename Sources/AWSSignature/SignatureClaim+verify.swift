package import Crypto
package import Time

extension SignatureClaim {
    /// Checks what needs no secret: that the signature is for this service, and of now.
    ///
    /// - Throws: ``SignatureRefusal``.
    package func check(service: String, at now: Timestamp) throws(SignatureRefusal) {
        guard terminator == SignatureV4.terminator else {
            throw .invalid("Credential should be scoped with a valid terminator: '\(SignatureV4.terminator)'.")
        }
        guard self.service == service else {
            throw .invalid("Credential should be scoped to correct service: '\(service)'. ")
        }
        let basic = SignatureV4.basic(date)
        guard day == basic.prefix(8) else {
            throw .invalid(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                    + "'\(day.prefix(20))' != '\(basic.prefix(8))', from '\(basic)'."
            )
        }
        let (first, last) = (now - Self.tolerance, now + Self.tolerance)
        // Written where it is told alone: most signatures are in time.
        func told(_ bound: Timestamp, _ sign: String) -> String {
            let minutes = "\(Self.tolerance.components.seconds / 60) min."
            return "\(SignatureV4.basic(bound)) (\(SignatureV4.basic(now)) \(sign) \(minutes))"
        }
        guard date >= first else {
            throw .invalid("Signature expired: \(basic) is now earlier than \(told(first, "-"))")
        }
        guard date <= last else {
            throw .invalid("Signature not yet current: \(basic) is still later than \(told(last, "+"))")
        }
    }

    /// Whether the request was signed with the secret.
    ///
    /// Every header that AWS has a meaning for must be covered: what is not, anybody on the way could put in its place.
    ///
    /// - Parameter request: with all of its headers, and the hash of the body that came.
    /// - Throws: ``SignatureRefusal``.
    package func verify(_ request: SignableRequest, secret: String) throws(SignatureRefusal) {
        try verify(request, by: key(of: secret))
    }

    /// The same by the key of the claim's ``scope``, for who has kept it.
    package func verify(_ request: SignableRequest, by key: SymmetricKey) throws(SignatureRefusal) {
        let signed = try signedPart(of: request)
        guard let bytes = Self.bytes(signature),
            SignatureV4(region: region, service: service).isSignature(bytes, of: signed, by: key, at: date)
        else { throw .mismatch }
    }

    /// The day, the region and the service that its key is good for.
    package var scope: String { SignatureV4(region: region, service: service).scope(date) }

    /// What the secret signs with in the claim's ``scope``: making it takes more than a signature does.
    package func key(of secret: String) -> SymmetricKey {
        SignatureV4(region: region, service: service).signingKey(of: secret, at: date)
    }

    /// Whether the request was signed by a key of another kind, as managed instances have one.
    ///
    /// - Parameters:
    ///   - request: with all of its headers, and the hash of the body that came.
    ///   - isSignature: whether a signature, as the request has it, is one of a text.
    /// - Throws: ``SignatureRefusal``.
    package func verify(
        _ request: SignableRequest,
        by isSignature: (_ signature: String, _ text: String) -> Bool
    ) throws(SignatureRefusal) {
        let signed = try signedPart(of: request)
        let text = SignatureV4(region: region, service: service).text(of: signed, at: date)
        guard isSignature(signatureText, text) else { throw .mismatch }
    }

    /// The request with the headers that its signature covers, which must be enough of them.
    private func signedPart(of request: SignableRequest) throws(SignatureRefusal) -> SignableRequest {
        let covered = Set(signedHeaders)
        let names = Set(request.headers.map { $0.name.lowercased() })
        // The body's hash is part of what is signed, whatever a header says.
        let needed = names.filter { $0.hasPrefix("x-amz-") && $0 != Self.payloadHeader }.union(["host"])
        if let lacking = needed.subtracting(covered).min() {
            throw .invalid("'\(lacking)' must be a 'SignedHeader' in the AWS Authorization.")
        }
        var signed = request
        signed.headers = request.headers.filter { covered.contains($0.name.lowercased()) }
        let told = request.headers.first { $0.name.lowercased() == Self.payloadHeader }?.value
        guard (told ?? request.payloadHash) == request.payloadHash, covered.isSubset(of: names) else {
            throw .mismatch
        }
        return signed
    }

    private static let payloadHeader = "x-amz-content-sha256"

    private static func bytes(_ hexadecimal: String) -> [UInt8]? {
        let digits = hexadecimal.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }
}
