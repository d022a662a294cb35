import AWSSignature
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Time

/// Sends signed requests to one store, again when that may help.
struct S3Connection: Sendable {
    struct Answer: Sendable {
        var headers: HTTPHeaders
        var body: [UInt8]
    }

    /// A request of an operation on one object.
    struct Call: Sendable {
        var method: HTTPMethod
        var location: S3Location
        var query: [(name: String, value: String)] = []
        var headers: [(name: String, value: String)] = []
        var body: ByteBuffer?
    }

    /// Most attempts at one request.
    static let attempts = 6
    private static let longestPause = 10.0
    private static let timeout = TimeAmount.minutes(5)
    private static let largestAnswer = 2 << 20

    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(10)
        configuration.timeout.read = .seconds(60)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    var endpoint: S3Endpoint
    var credentials: AWSCredentials
    var now: @Sendable () -> Timestamp
    var sleep: @Sendable (Duration) async throws -> Void

    /// - Throws: ``StorageError``; `CancellationError`.
    func send(_ call: Call, failure: String) async throws -> Answer {
        var attempt = 1
        while true {
            do {
                return try await sendOnce(call, failure: failure)
            } catch let error as StorageError where error.isPassing && attempt < Self.attempts {
                // Full jitter: a store that is overwhelmed is not asked by all at once.
                let ceiling = min(Self.longestPause, 0.2 * Double(1 << attempt))
                try await sleep(.seconds(Double.random(in: 0...ceiling)))
                attempt += 1
            }
        }
    }

    private func sendOnce(_ call: Call, failure: String) async throws -> Answer {
        let (address, signed) = request(call)
        let query = signed.encodedQuery
        var request = HTTPClientRequest(url: address + signed.path + (query.isEmpty ? "" : "?\(query)"))
        request.method = call.method
        for header in signed.headers where header.name != "host" {
            request.headers.add(name: header.name, value: header.value)
        }
        if let body = call.body { request.body = .bytes(body) }
        do {
            let response = try await Self.http.execute(request, timeout: Self.timeout)
            let body = Array(try await response.body.collect(upTo: Self.largestAnswer).readableBytesView)
            // An upload may be refused in an answer that begins with 200.
            let refusal = S3XML.decode(Refusal.self, body)
            guard (200..<300).contains(response.status.code), refusal == nil else {
                throw StorageError(
                    failure: failure,
                    status: Int(response.status.code),
                    code: refusal?.code ?? (response.status == .preconditionFailed ? "PreconditionFailed" : ""),
                    detail: refusal?.message ?? response.status.reasonPhrase
                )
            }
            return Answer(headers: response.headers, body: body)
        } catch let error as StorageError {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch {
            throw StorageError(failure: failure, detail: "\(error)")
        }
    }

    private func request(_ call: Call) -> (address: String, signed: SignableRequest) {
        let (origin, host, path) = endpoint.address(of: call.location) { URIEncoding.encode($0, keepingSlashes: true) }
        let request = SignableRequest(
            method: call.method.rawValue,
            path: path,
            query: call.query,
            headers: [("host", host)] + call.headers,
            payloadHash: SignatureV4.payloadHash(call.body?.readableBytesView ?? ByteBuffer().readableBytesView)
        )
        let signature = SignatureV4(region: endpoint.region, service: "s3")
        return (origin, signature.signed(request, by: credentials, at: now()))
    }
}
