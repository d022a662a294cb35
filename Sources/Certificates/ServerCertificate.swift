package import FoundationEssentials
import SwiftASN1
import X509

/// A server's certificate below a private root, with its key.
package struct ServerCertificate: Sendable {
    private let leaf: Certificate
    private let root: Certificate
    let key: Certificate.PrivateKey

    init(leaf: Certificate, root: Certificate, key: Certificate.PrivateKey) {
        self.leaf = leaf
        self.root = root
        self.key = key
    }

    /// What was kept as ``chainPEM`` and ``keyPEM``.
    ///
    /// - Throws: ``CertificateFailure`` when either does not read.
    package init(chain: String, key: String) throws(CertificateFailure) {
        let certificates: [Certificate]
        do {
            certificates = try PEMDocument.parseMultiple(pemString: chain).map { try Certificate(pemDocument: $0) }
            self.key = try Certificate.PrivateKey(pemEncoded: key)
        } catch {
            throw CertificateFailure("the server's certificate or its key does not read as PEM: \(error)")
        }
        guard let leaf = certificates.first, let root = certificates.last else {
            throw CertificateFailure("the server's file holds no certificate")
        }
        self.leaf = leaf
        self.root = root
    }

    /// The certificate and the root behind it as PEM: hosts that pin the root take it from there.
    package var chainPEM: String {
        get throws { try leafPEM + root.serializeAsPEM().pemString + "\n" }
    }

    /// The certificate alone as PEM.
    package var leafPEM: String {
        get throws { try leaf.serializeAsPEM().pemString + "\n" }
    }

    /// The private key as PEM.
    package var keyPEM: String {
        get throws { try key.serializeAsPEM().pemString + "\n" }
    }

    package var validUntil: Date { leaf.notValidAfter }

    /// The host names and IP addresses that it is for.
    package var names: [String] {
        get throws { try generalNames.compactMap(ServerName.text) }
    }

    var generalNames: [GeneralName] {
        get throws { try leaf.extensions.subjectAlternativeNames.map { Array($0) } ?? [] }
    }
}
