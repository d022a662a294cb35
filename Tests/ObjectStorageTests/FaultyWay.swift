import AsyncHTTPClient
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

/// The way to a store, on which requests are refused and answers are lost.
final class FaultyWay: Sendable {
    enum Fault: Sendable {
        /// The store never sees the request.
        case refused(Int, code: String)
        /// The store does what it is asked to, and nobody hears of it.
        case answerLost
    }

    /// Method and path with query of each request that came, such as `PUT /acme/file?partNumber=2&uploadId=…`.
    var requests: [String] { seen.withLock { $0 } }

    private let seen = Mutex<[String]>([])
    /// Of each upload in parts, the lock that it was begun with: S3 gives it to the object, moto forgets it.
    private let locks = Mutex<[String: HTTPFields]>([:])
    private let store: StoreServer
    private let fault: @Sendable (_ request: String, _ number: Int) -> Fault?

    /// - Parameter fault: what befalls a request, by its text and how often that came before.
    init(to store: StoreServer, fault: @escaping @Sendable (_ request: String, _ number: Int) -> Fault?) {
        self.store = store
        self.fault = fault
    }

    /// Runs the body with the way's address.
    func open(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
        let responder = CallbackResponder<BasicRequestContext> { request, _ in try await self.respond(request) }
        let application = Application(
            responder: responder,
            logger: Logger(label: "way") { _ in SwiftLogNoOpLogHandler() }
        )
        try await application.test(.live) { client in
            try await body("http://127.0.0.1:\(try #require(client.port))")
        }
    }

    private func respond(_ request: Request) async throws -> Response {
        let text = "\(request.method.rawValue) \(request.uri.string)"
        let number = seen.withLock { seen in
            defer { seen.append(text) }
            return seen.count { $0 == text }
        }
        let fault = fault(text, number)
        if case .refused(let status, let code) = fault { return refusal(status, code) }
        var answer = try await forward(request)
        keepLock(of: request, &answer)
        if case .answerLost = fault { return refusal(500, "InternalError") }
        return answer
    }

    private func keepLock(of request: Request, _ answer: inout Response) {
        let object = request.uri.path
        if request.method == .post, request.uri.query?.hasPrefix("uploads") == true {
            let lock = request.headers.filter { $0.name.canonicalName.hasPrefix("x-amz-object-lock-") }
            locks.withLock { $0[object] = lock }
        } else if request.method == .head, answer.status == .ok {
            answer.headers.append(contentsOf: locks.withLock { $0[object] } ?? [:])
        }
    }

    private func forward(_ request: Request) async throws -> Response {
        var forwarded = HTTPClientRequest(url: store.url + request.uri.string)
        forwarded.method = .RAW(value: request.method.rawValue)
        for field in request.headers where field.name != .contentLength {
            forwarded.headers.add(name: field.name.canonicalName, value: field.value)
        }
        forwarded.body = .bytes(try await request.body.collect(upTo: 32 << 20))
        let answer = try await HTTPClient.shared.execute(forwarded, timeout: .seconds(60))
        var headers = HTTPFields()
        for header in answer.headers {
            guard let name = HTTPField.Name(header.name), name != .contentLength, name != .transferEncoding else {
                continue
            }
            headers.append(HTTPField(name: name, value: header.value))
        }
        let body = try await answer.body.collect(upTo: 32 << 20)
        return Response(status: .init(code: Int(answer.status.code)), headers: headers, body: .init(byteBuffer: body))
    }

    private func refusal(_ status: Int, _ code: String) -> Response {
        let body = "<Error><Code>\(code)</Code><Message>as the test says</Message></Error>"
        return Response(status: .init(code: status), body: .init(byteBuffer: ByteBuffer(string: body)))
    }
}
