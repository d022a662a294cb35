import AgentProtocol
import Certificates
import Crypto
import Foundation
import HostAgent
import Testing

@Suite("A control plane whose certificate authority is pinned", .timeLimit(.minutes(10)))
struct PinnedAuthorityTests {
    private let authority: CertificateAuthority
    private let server: ServerCertificate

    init() throws {
        authority = try CertificateAuthority(now: Date())
        server = try authority.issue(names: ["127.0.0.1"], now: Date())
    }

    @Test("is enrolled with, and trusted alone from then on")
    func pinned() async throws {
        let pin = try authority.pin
        try await FakeControlPlane.with(certificate: server) { plane in
            let folder = try TemporaryFolder()
            let state = StateFolder(folder.path + "/state")
            let configuration = try await Enrolment(state: state).enrol(await Self.request(plane, pin: pin))
            #expect(configuration.caFile == state.authorityFile)
            #expect(configuration.caSHA256 == pin)
            let again = try await Enrolment(state: state).enrol(await Self.request(plane, pin: pin))
            #expect(again == configuration)

            let key = try #require(try HostKey.read(at: state.keyFile))
            let keyring = HostKeyring(key, state: state)
            try await HTTPControlPlane.with(configuration, signer: keyring, now: { Orders.start }) { link in
                try await link.send([])
            }
            #expect(await plane.complaints.isEmpty)
        }
        // Somebody who comes in its place with another authority's certificate for the same name is not spoken to.
        let stranger = try CertificateAuthority(now: Date()).issue(names: ["127.0.0.1"], now: Date())
        try await FakeControlPlane.with(certificate: stranger) { plane in
            let folder = try TemporaryFolder()
            let authorityFile = folder.path + "/ca.pem"
            try Data(try authority.pem.utf8).write(to: URL(filePath: authorityFile))
            var request = await Self.request(plane, pin: nil)
            request.caFile = authorityFile
            await #expect(throws: LinkFailure.self) {
                try await Enrolment(state: StateFolder(folder.path + "/state")).enrol(request)
            }
            #expect(await plane.heard.isEmpty)
        }
    }

    @Test("gets no code when its chain does not have the pin")
    func otherPin() async throws {
        let pin = try CertificateAuthority(now: Date()).pin
        try await FakeControlPlane.with(certificate: server) { plane in
            let folder = try TemporaryFolder()
            let state = StateFolder(folder.path + "/state")
            await #expect(throws: AgentFailure.self) {
                try await Enrolment(state: state).enrol(await Self.request(plane, pin: pin))
            }
            #expect(await plane.heard.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: state.authorityFile))
        }
    }

    @Test("gets no code when it shows the pinned authority behind a certificate that is another's")
    func borrowedAuthority() async throws {
        let stranger = try CertificateAuthority(now: Date())
        let impostor = try stranger.issue(names: ["127.0.0.1"], now: Date())
        let (pin, chain) = (try authority.pin, try impostor.leafPEM + authority.pem)
        let borrowed = try ServerCertificate(chain: chain, key: try impostor.keyPEM)
        try await FakeControlPlane.with(certificate: borrowed) { plane in
            let folder = try TemporaryFolder()
            await #expect(throws: LinkFailure.self) {
                try await Enrolment(state: StateFolder(folder.path + "/state"))
                    .enrol(await Self.request(plane, pin: pin))
            }
            #expect(await plane.heard.isEmpty)
        }
    }

    @Test("is not a server without TLS")
    func plain() async throws {
        let pin = try authority.pin
        try await FakeControlPlane.with { plane in
            let folder = try TemporaryFolder()
            let request = await Self.request(plane, pin: pin)
            await #expect(throws: AgentFailure.self) {
                try await Enrolment(state: StateFolder(folder.path + "/a")).enrol(request)
            }
            var secure = request
            secure.server = request.server.replacing("http://", with: "https://")
            await #expect(throws: LinkFailure.self) {
                try await Enrolment(state: StateFolder(folder.path + "/b")).enrol(secure)
            }
        }
    }

    @Test("is https, unless somebody allows plain HTTP to another machine")
    func exposed() async throws {
        let folder = try TemporaryFolder()
        let orderKey = OrderSigner().key.publicKey.rawRepresentation.base64EncodedString()
        // Nobody answers there; whether it is asked at all is what differs.
        var request = Enrolment.Request(
            server: "http://192.0.2.1:1",
            activation: "a",
            code: "c",
            orderKeys: [orderKey]
        )
        let state = StateFolder(folder.path + "/state")
        do {
            _ = try await Enrolment(state: state).enrol(request)
            Issue.record("a code was sent in the open")
        } catch {
            #expect("\(error)".contains("is not https"))
        }
        request.insecureHTTP = true
        request.caSHA256 = "abc"
        do {
            _ = try await Enrolment(state: state).enrol(request)
            Issue.record("a pin was taken that is none")
        } catch {
            #expect("\(error)".contains("is no pin"))
        }
    }

    private static func request(_ plane: FakeControlPlane, pin: String?) async -> Enrolment.Request {
        var request = Enrolment.Request(
            server: await plane.url,
            activation: "act-1",
            code: "secret",
            orderKeys: [plane.orderKey]
        )
        request.name = "web-7"
        request.caSHA256 = pin
        return request
    }
}
