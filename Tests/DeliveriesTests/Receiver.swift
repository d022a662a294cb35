import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Synchronization
import Testing

/// Whoever is told: it keeps what came, and answers as the test says.
final class Receiver: Sendable {
    struct Request: Sendable {
        let method: String
        let path: String
        let headers: HTTPFields
        let body: [UInt8]

        func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
    }

    struct Answer: Sendable {
        var status = 200
        var headers: HTTPFields = [:]
        var body = ""
    }

    var requests: [Request] { seen.withLock { $0 } }

    private let seen = Mutex<[Request]>([])
    private let answer: @Sendable (_ request: Request, _ number: Int) -> Answer

    /// - Parameter answer: to a request, by how many came before.
    init(answer: @escaping @Sendable (_ request: Request, _ number: Int) -> Answer = { _, _ in Answer() }) {
        self.answer = answer
    }

    /// Runs the body with its address.
    func open(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
        let responder = CallbackResponder<BasicRequestContext> { request, _ in try await self.respond(request) }
        let application = Application(
            responder: responder,
            logger: Logger(label: "receiver") { _ in SwiftLogNoOpLogHandler() }
        )
        try await application.test(.live) { client in
            try await body("http://127.0.0.1:\(try #require(client.port))")
        }
    }

    private func respond(_ request: Hummingbird.Request) async throws -> Response {
        let body = Array(try await request.body.collect(upTo: 4 << 20).readableBytesView)
        let kept = Request(
            method: request.method.rawValue,
            path: request.uri.string,
            headers: request.headers,
            body: body
        )
        let number = seen.withLock { seen in
            seen.append(kept)
            return seen.count - 1
        }
        let answer = answer(kept, number)
        return Response(
            status: .init(code: answer.status),
            headers: answer.headers,
            body: .init(byteBuffer: ByteBuffer(string: answer.body))
        )
    }
}
