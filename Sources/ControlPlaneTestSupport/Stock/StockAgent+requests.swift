import AWSSignature
import FoundationEssentials
package import PatchStreams
import Time

/// What a stock agent sends.
extension StockAgent {
    /// With its own key.
    func refresh() async throws {
        let operation = "RequestManagedInstanceRoleToken"
        let answer = try Self.object(try await byKey(operation, ["Fingerprint": .text(fingerprint)]))
        guard case .text(let id) = answer["AccessKeyId"], case .text(let secret) = answer["SecretAccessKey"],
            case .text(let token) = answer["SessionToken"], answer["UpdateKeyPair"] == .bool(false)
        else { throw BadAnswer(what: operation, answer) }
        credentials = AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token)
        refreshAt = now() + .seconds(1_800)
    }

    /// Has its node know another key, and signs with that from then on.
    package func change(to next: StockKey) async throws {
        let answer = try await offer(next.publicKey)
        guard answer.status == 200, try Self.object(answer).isEmpty else { throw BadAnswer(what: "a new key", answer) }
        key = next
    }

    /// Asks for another key of its node's, and keeps its own.
    package func offer(_ publicKey: String) async throws -> Answer {
        let body: [String: JSONValue] = ["NewPublicKey": .text(publicKey), "NewPublicKeyType": .text("Rsa")]
        return try await byKey("UpdateManagedInstancePublicKey", body)
    }

    /// What needs its own key; by another where one is given.
    package func byKey(_ operation: String, _ members: [String: JSONValue], _ other: StockKey? = nil) async throws
        -> Answer
    {
        let body = try Self.bytes(members)
        let headers = try (other ?? key).headers(
            operation,
            body: body,
            of: node,
            region: Self.region,
            host: Self.host,
            at: now()
        )
        return try await web("POST", "/", headers, body)
    }

    /// - Returns: the members of the answer.
    @discardableResult
    package func call(_ target: String, _ body: [String: JSONValue]) async throws -> [String: JSONValue] {
        let answer = try await attempt(target, body)
        guard answer.status == 200 else { throw BadAnswer(what: target, answer) }
        return try Self.object(answer)
    }

    package func attempt(_ target: String, _ body: [String: JSONValue]) async throws -> Answer {
        let service = target.hasPrefix("AmazonSSM.") ? "ssm" : "ec2messages"
        return try await signed(
            "POST",
            "/",
            service,
            [("content-type", Self.type), ("x-amz-target", target)],
            try Self.bytes(body)
        )
    }

    /// Any request by its credentials.
    package func signed(
        _ method: String,
        _ target: String,
        _ service: String,
        _ headers: [(name: String, value: String)],
        _ body: [UInt8]
    ) async throws -> Answer {
        guard let credentials else { throw BadAnswer(what: "no credentials", [:]) }
        let plain = SignableRequest(
            method: method,
            target: target,
            headers: [("host", Self.host)] + headers,
            payloadHash: SignatureV4.payloadHash(body)
        )
        let request = SignatureV4(region: Self.region, service: service).signed(plain, by: credentials, at: now())
        return try await web(method, target, request.headers, body)
    }

    static let type = "application/x-amz-json-1.1"

    static func bytes(_ members: [String: JSONValue]) throws -> [UInt8] {
        Array(try DomainJSON.encode(JSONValue.object(members)).utf8)
    }

    static func object(_ answer: Answer) throws -> [String: JSONValue] {
        guard answer.status == 200,
            case .object(let members) = try JSONDecoder().decode(JSONValue.self, from: Data(answer.body))
        else { throw BadAnswer(what: "a call", answer) }
        return members
    }
}

/// What no control plane should answer.
package struct BadAnswer: Error, CustomStringConvertible {
    package let description: String

    init(what: String, _ answer: StockAgent.Answer) {
        description = "\(what): \(answer.status) \(String(decoding: answer.body, as: UTF8.self))"
    }

    init(what: String, _ answer: [String: JSONValue]) { description = "\(what): \(answer)" }
}
