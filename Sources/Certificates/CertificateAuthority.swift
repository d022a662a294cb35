import Crypto
package import FoundationEssentials
import SwiftASN1
import X509

/// A private root that vouches for one control plane's servers and for nobody else.
package struct CertificateAuthority: Sendable {
    /// For how many days a root is valid: ten years; hosts that pin it must be told of another one by hand.
    private static let rootDays = 3_653
    /// For how many days a server's certificate is valid.
    private static let serverDays = 397
    /// Clocks that are behind take a new certificate, too.
    private static let backdating: TimeInterval = 3_600

    private let certificate: Certificate
    private let key: Certificate.PrivateKey

    /// A new root with a P-256 key of its own.
    package init(now: Date) throws {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        self.key = key
        let name = try DistinguishedName { CommonName("Ringmaster private CA") }
        certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: key.publicKey,
            notValidBefore: now - Self.backdating,
            notValidAfter: now + TimeInterval(Self.rootDays * 86_400),
            issuer: name,
            subject: name,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                SubjectKeyIdentifier(hash: key.publicKey)
            },
            issuerPrivateKey: key
        )
    }

    /// The root that was kept as PEM.
    ///
    /// - Throws: ``CertificateFailure`` when either does not read, or the key is another's.
    package init(certificate: String, key: String) throws(CertificateFailure) {
        do {
            self.certificate = try Certificate(pemEncoded: certificate)
            self.key = try Certificate.PrivateKey(pemEncoded: key)
        } catch {
            throw CertificateFailure("the certificate authority or its key does not read as PEM: \(error)")
        }
        guard self.certificate.publicKey == self.key.publicKey else {
            throw CertificateFailure("the key is not that of the certificate authority beside it")
        }
    }

    /// The certificate as PEM.
    package var pem: String {
        get throws { try certificate.serializeAsPEM().pemString + "\n" }
    }

    /// The private key as PEM.
    package var keyPEM: String {
        get throws { try key.serializeAsPEM().pemString + "\n" }
    }

    package var validUntil: Date { certificate.notValidAfter }

    /// What hosts pin: the SHA-256 of the public key as DER SubjectPublicKeyInfo, in lower-case hexadecimal.
    package var pin: String {
        get throws {
            var serializer = DER.Serializer()
            try serializer.serialize(certificate.publicKey)
            return SHA256.hash(data: serializer.serializedBytes).map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined()
        }
    }

    /// A new key and certificate for a server.
    ///
    /// - Parameter names: host names and IP addresses by which it is reached, at least one.
    /// - Throws: ``CertificateFailure`` for a name that is none.
    package func issue(names: [String], now: Date) throws -> ServerCertificate {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        return try issue(names: try names.map { try ServerName.parse($0) }, key: key, now: now)
    }

    /// A new certificate for the server's key and names, or for other names.
    package func renew(_ server: ServerCertificate, names: [String]?, now: Date) throws -> ServerCertificate {
        let names = try names?.map { try ServerName.parse($0) } ?? server.generalNames
        return try issue(names: names, key: server.key, now: now)
    }

    private func issue(names: [GeneralName], key: Certificate.PrivateKey, now: Date) throws -> ServerCertificate {
        guard !names.isEmpty else { throw CertificateFailure("a server's certificate needs a name") }
        let leaf = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: key.publicKey,
            notValidBefore: now - Self.backdating,
            notValidAfter: min(now + TimeInterval(Self.serverDays * 86_400), validUntil),
            issuer: certificate.subject,
            subject: try DistinguishedName { CommonName("Ringmaster control plane") },
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                AuthorityKeyIdentifier(keyIdentifier: SubjectKeyIdentifier(hash: certificate.publicKey).keyIdentifier)
                SubjectAlternativeNames(names)
            },
            issuerPrivateKey: self.key
        )
        return ServerCertificate(leaf: leaf, root: certificate, key: key)
    }
}

/// Why a certificate cannot be made or read.
package struct CertificateFailure: Error, Equatable, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }
}
