import Certificates
import Foundation
import SwiftASN1
import Testing
import X509

@Suite("A private certificate authority")
struct CertificateAuthorityTests {
    /// The verifier takes no other time than the present.
    private let now = Date()

    /// Whether a client that trusts the root alone takes the server for the name or address.
    private func isTrusted(
        _ server: ServerCertificate,
        as name: String? = nil,
        at address: String? = nil,
        by root: CertificateAuthority
    ) async throws -> Bool {
        let chain = try PEMDocument.parseMultiple(pemString: try server.chainPEM).map {
            try Certificate(pemDocument: $0)
        }
        let leaf = try #require(chain.first)
        var verifier = Verifier(rootCertificates: CertificateStore([try Certificate(pemEncoded: try root.pem)])) {
            RFC5280Policy()
            ServerIdentityPolicy(serverHostname: name, serverIP: address)
        }
        let result = await verifier.validate(leaf: leaf, intermediates: CertificateStore(chain.dropFirst()))
        if case .validCertificate = result { return true }
        return false
    }

    @Test("vouches for its server under each of its names, and under no other")
    func names() async throws {
        let authority = try CertificateAuthority(now: now)
        let server = try authority.issue(names: ["patch.example.com", "10.0.0.7", "::1"], now: now)
        #expect(try server.names == ["patch.example.com", "10.0.0.7", "::1"])
        #expect(try await isTrusted(server, as: "patch.example.com", by: authority))
        #expect(try await isTrusted(server, at: "10.0.0.7", by: authority))
        #expect(try await !isTrusted(server, at: "10.0.0.8", by: authority))
        #expect(try await !isTrusted(server, as: "other.example.com", by: authority))
        let stranger = try CertificateAuthority(now: now)
        #expect(try await !isTrusted(server, as: "patch.example.com", by: stranger))
    }

    @Test("is the same after it was kept, and renews with the same key and names")
    func renewal() async throws {
        let first = try CertificateAuthority(now: now)
        let authority = try CertificateAuthority(certificate: try first.pem, key: try first.keyPEM)
        #expect(try authority.pin == first.pin)
        #expect(try authority.pin.utf8.count == 64)
        let issued = try first.issue(names: ["patch.example.com"], now: now - 86_400 * 300)
        let kept = try ServerCertificate(chain: try issued.chainPEM, key: try issued.keyPEM)
        let renewed = try authority.renew(kept, names: nil, now: now)
        #expect(try renewed.keyPEM == issued.keyPEM)
        #expect(try renewed.names == ["patch.example.com"])
        #expect(renewed.validUntil > issued.validUntil)
        #expect(try await isTrusted(renewed, as: "patch.example.com", by: first))
        #expect(try authority.renew(kept, names: ["b.example.com"], now: now).names == ["b.example.com"])
    }

    @Test("does not outlive its root")
    func lifetime() throws {
        let authority = try CertificateAuthority(now: now)
        let late = try authority.issue(names: ["a"], now: authority.validUntil - 86_400)
        #expect(late.validUntil == authority.validUntil)
    }

    @Test(
        "takes no name that is none",
        arguments: ["", "https://a.example", "a.example:7440", "a b", "-a", "a..b", "ä.example", "*"]
    )
    func wrongNames(name: String) throws {
        let authority = try CertificateAuthority(now: now)
        #expect(throws: CertificateFailure.self) { try authority.issue(names: [name], now: now) }
    }

    @Test("takes no key of another")
    func otherKey() throws {
        let (one, other) = (try CertificateAuthority(now: now), try CertificateAuthority(now: now))
        #expect(throws: CertificateFailure.self) {
            try CertificateAuthority(certificate: try one.pem, key: try other.keyPEM)
        }
        #expect(try one.pin != other.pin)
    }
}
