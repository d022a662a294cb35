import AWSSignature
import AsyncHTTPClient
import Domain
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Time

/// BatchImportFindings of one region.
///
/// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html
struct SecurityHubConnection: Sendable {
    private static let path = "/findings/import"
    private static let timeout = TimeAmount.seconds(30)
    private static let largestAnswer = 1 << 20
    /// Most attempts while there are too many requests; the task's own come after them.
    private static let attempts = 5
    private static let throttled = ["Throttl", "TooManyRequests", "LimitExceeded", "RequestLimit"]
    private static let malformed = ["InvalidInput", "ValidationException"]

    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(10)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    private struct Import: Encodable { let findings: [SecurityFinding] }

    private struct Imported: Decodable {
        struct Failed: Decodable {
            let id: String
            let errorCode: String?
            let errorMessage: String?
        }

        let failedFindings: [Failed]?
    }

    private struct Refused: Decodable {
        let code: String?
        let message: String?
    }

    let region: String
    /// Where it is reached; nil for AWS's own.
    let endpoint: String?
    let credentials: AWSCredentials
    let now: @Sendable () -> Timestamp
    var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    /// - Returns: by id, why a finding was not taken; all others were.
    /// - Throws: ``DeliveryRefusal`` or ``DeliveryFailure`` when none was.
    func send(_ findings: [SecurityFinding]) async throws -> [String: any Error] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .custom { ServiceKey($0, first: { $0.uppercased() }) }
        let body = Array(try encoder.encode(Import(findings: findings)))
        var attempt = 1
        while true {
            let (status, headers, answer) = try await post(body)
            guard status.code != 200 else { return try failures(in: answer) }
            let refusal = Self.decode(Refused.self, answer)
            let code = headers.first(name: "x-amzn-errortype") ?? refusal?.code ?? ""
            let isThrottled = status.code == 429 || Self.throttled.contains { code.contains($0) }
            guard isThrottled, attempt < Self.attempts else {
                throw error(status, code, refusal?.message ?? status.reasonPhrase)
            }
            // Full jitter: ten requests a second are all that a region takes of an account.
            try await sleep(.seconds(Double.random(in: 0...0.5 * Double(1 << attempt))))
            attempt += 1
        }
    }

    // MARK: - Steps

    /// nil for what is none.
    private static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) -> Value? {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .custom { ServiceKey($0, first: { $0.lowercased() }) }
        return try? decoder.decode(type, from: Data(bytes))
    }

    private func failures(in answer: [UInt8]) throws -> [String: any Error] {
        guard let imported = Self.decode(Imported.self, answer) else {
            throw DeliveryFailure("Security Hub in \(region) answers what cannot be read")
        }
        var failures: [String: any Error] = [:]
        for failed in imported.failedFindings ?? [] {
            let (code, message) = (failed.errorCode ?? "", failed.errorMessage ?? "no reason")
            failures[failed.id] = error(nil, code, message)
        }
        return failures
    }

    private func error(_ status: HTTPResponseStatus?, _ code: String, _ message: String) -> any Error {
        let answer = [status.map { "HTTP status \($0.code)" }, code, String(message.prefix(300))]
        let why = answer.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
        let text = "Security Hub in \(region) does not take it: \(why)"
        if Self.malformed.contains(where: { code.contains($0) }) { return DeliveryRefusal(text) }
        let advice = "check that it is enabled there, and that the key may securityhub:BatchImportFindings"
        return DeliveryFailure(status?.code == 403 ? "\(text); \(advice)" : text)
    }

    private func post(_ body: [UInt8]) async throws -> (HTTPResponseStatus, HTTPHeaders, [UInt8]) {
        let origin = endpoint ?? "https://securityhub.\(region).\(Self.domain(of: region))"
        let host = origin.split(separator: "://", maxSplits: 1).last.map(String.init) ?? origin
        let plain = SignableRequest(
            method: "POST",
            path: Self.path,
            headers: [("host", host), ("content-type", "application/json")],
            payloadHash: SignatureV4.payloadHash(body)
        )
        let signed = SignatureV4(region: region, service: "securityhub").signed(plain, by: credentials, at: now())
        var request = HTTPClientRequest(url: origin + Self.path)
        request.method = .POST
        for header in signed.headers where header.name != "host" {
            request.headers.add(name: header.name, value: header.value)
        }
        request.body = .bytes(body)
        do {
            let response = try await Self.http.execute(request, timeout: Self.timeout)
            let answer = try await response.body.collect(upTo: Self.largestAnswer)
            return (response.status, response.headers, Array(answer.readableBytesView))
        } catch let error as CancellationError {
            throw error
        } catch {
            throw DeliveryFailure("no answer from Security Hub in \(region): \(error)")
        }
    }

    private static func domain(of region: String) -> String {
        region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
    }
}

/// The service's names begin with capitals, ours do not.
private struct ServiceKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ path: [any CodingKey], first change: (Substring) -> String) {
        let name = path.last?.stringValue ?? ""
        stringValue = change(name.prefix(1)) + name.dropFirst()
        intValue = path.last?.intValue
    }

    init?(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init?(intValue: Int) { return nil }
}
