/// Asks a time-stamping authority (RFC 3161) to say when it has seen a digest.
package struct TimestampRequest: Equatable, Sendable {
    /// The SHA-256 that is stamped.
    package let digest: [UInt8]
    /// Eight random bytes that the reply must repeat, as a positive integer of DER.
    package let nonce: [UInt8]

    /// - Parameter random: where the nonce comes from.
    init(digest: [UInt8], random: UInt64) {
        self.digest = digest
        // The two highest bits as DER wants them: positive, and no shorter.
        nonce = withUnsafeBytes(of: (random & ~(1 << 63) | 1 << 62).bigEndian) { Array($0) }
    }

    /// `TimeStampReq` in DER: version 1, the imprint, the nonce, and that the authority's certificate is wanted.
    package var bytes: [UInt8] {
        // SEQUENCE { SEQUENCE { SEQUENCE { OID sha256, NULL }, OCTET STRING } }
        let sha256: [UInt8] = [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00]
        let imprint = Self.element(0x30, Self.element(0x30, sha256) + Self.element(0x04, digest))
        return Self.element(0x30, [0x02, 0x01, 0x01] + imprint + Self.element(0x02, nonce) + [0x01, 0x01, 0xff])
    }

    /// - Precondition: the content is shorter than 128 bytes, as everything here is.
    private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { [tag, UInt8(content.count)] + content }
}
