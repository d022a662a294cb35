import AWSSignature
import DurableStreams
import ReadModels
import Testing
import Time

@testable import ControlPlane

@Suite("Keys of stock agents' credentials")
struct RoleKeysTests {
    private static let now = Timestamp(microseconds: 1_795_000_000_000_000)
    private let sealKey = SealKey()

    private func credentials(_ node: String, at moment: Timestamp = now) -> RoleCredentials {
        RoleCredentials(node: node, publicKey: "a key", at: moment, sealKey: sealKey)
    }

    /// A request that the credentials sign, or one that names them with another token.
    private func proof(_ credentials: RoleCredentials, token: String? = nil, day: Int64 = 0) throws -> InstanceProof {
        let keys = AWSCredentials(
            accessKeyID: credentials.accessKeyID,
            secretAccessKey: credentials.secret,
            sessionToken: token ?? credentials.sessionToken
        )
        let plain = SignableRequest(
            method: "POST",
            target: "/",
            headers: [("Host", "ringmaster.example")],
            payloadHash: SignatureV4.payloadHash([])
        )
        let moment = Self.now + .seconds(day * 86_400)
        let signed = SignatureV4(region: "eu-west-1", service: "ssm").signed(plain, by: keys, at: moment)
        return try InstanceProof(method: "POST", target: "/", headers: signed.headers, body: [])
    }

    @Test("The key is the credentials', for each day and token; what no server made has none")
    func derived() throws {
        let (keys, own) = (RoleKeys(), credentials("mi-1"))
        let proof = try proof(own)
        let key = try #require(keys.key(claimedBy: proof, sealKey: sealKey))
        #expect(key.key == proof.claim.key(of: own.secret))
        #expect(key.credentials.node == "mi-1")
        #expect(keys.count == 0, "asking keeps nothing")
        keys.keep(key, provedBy: proof, at: Self.now)
        #expect(keys.key(claimedBy: proof, sealKey: SealKey())?.key == key.key, "it is kept")
        let tomorrow = try self.proof(own, day: 1)
        let next = try #require(keys.key(claimedBy: tomorrow, sealKey: sealKey))
        #expect(next.key != key.key)
        let other = try self.proof(own, token: credentials("mi-2").sessionToken)
        #expect(keys.key(claimedBy: other, sealKey: sealKey) == nil, "a token of other credentials")
    }

    @Test("It is bounded: what has ended goes first, and all goes when nothing has")
    func bounded() throws {
        let keys = RoleKeys(capacity: 3)
        let long = Self.now + .seconds(30 * 86_400)
        func keep(_ node: String, from begin: Timestamp, at moment: Timestamp) throws -> InstanceProof {
            let proof = try proof(credentials(node, at: begin))
            keys.keep(try #require(keys.key(claimedBy: proof, sealKey: sealKey)), provedBy: proof, at: moment)
            return proof
        }
        for number in 1...3 { _ = try keep("mi-\(number)", from: Self.now, at: Self.now) }
        #expect(keys.count == 3)
        let young = try keep("mi-4", from: long, at: long)
        #expect(keys.count == 1, "the others have ended")
        #expect(keys.key(claimedBy: young, sealKey: SealKey()) != nil)
        for number in 5...6 { _ = try keep("mi-\(number)", from: long, at: long) }
        #expect(keys.count == 3)
        _ = try keep("mi-7", from: long, at: long)
        #expect(keys.count == 0)
    }
}
