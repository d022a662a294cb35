import AgentProtocol
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Time

/// JSON in and out, with limits and errors that say what is wrong.
enum JSONBody {
    /// Largest body of an operator's or agent's request: 1 MiB (inventories have their own limit).
    static let maximumBytes = 1 << 20

    static func bytes(of request: Request, atMost limit: Int = maximumBytes) async throws -> ByteBuffer {
        do {
            return try await request.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            let detail = "the request body exceeds \(limit) bytes; send less at once"
            throw Problem(status: 413, code: "body-too-large", detail: detail)
        }
    }

    static func decode<Body: Decodable>(_ type: Body.Type, from buffer: ByteBuffer) throws -> Body {
        do {
            return try JSONDecoder().decode(type, from: Data(buffer.readableBytesView))
        } catch let error as DecodingError {
            let detail = "the request body is not what this route takes: \(explanation(of: error))"
            throw Problem(status: 400, code: "malformed-body", detail: detail)
        }
    }

    static func respond(_ answer: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if let key = Timestamp.asText { encoder.userInfo[key] = true }
        return Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: try encoder.encode(answer)))
        )
    }

    private static func explanation(of error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context): "\(place(context))the key \"\(key.stringValue)\" is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            place(context) + context.debugDescription
        @unknown default: "\(error)"
        }
    }

    private static func place(_ context: DecodingError.Context) -> String {
        let path = context.codingPath.reduce("") { path, key in
            if let index = key.intValue { return "\(path)[\(index)]" }
            return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
        }
        return path.isEmpty ? "" : "at \(path): "
    }
}
