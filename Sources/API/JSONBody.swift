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
    private static let mediaType = "application/json"

    static func bytes(of request: Request, atMost limit: Int = maximumBytes) async throws -> ByteBuffer {
        do {
            return try await request.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            let detail = "the request body exceeds \(limit) bytes; send less at once"
            throw Problem(status: 413, code: "body-too-large", detail: detail)
        }
    }

    /// The body of an operator's request.
    ///
    /// - Throws: ``Problem`` 400 for a body that is not that type, 413 for a large one, 415 for one that is said to be no JSON.
    static func read<Body: Decodable>(
        _ type: Body.Type,
        of request: Request,
        atMost limit: Int = maximumBytes
    ) async throws -> Body {
        // What such a request says is in its body.
        _ = try Query(request)
        if let media = request.headers[.contentType]?.prefix(while: { $0 != ";" }),
            media.filter({ !$0.isWhitespace }).lowercased() != mediaType
        {
            let detail = "the body is said to be \(media.prefix(80)); send JSON, with Content-Type: \(mediaType)"
            throw Problem(status: 415, code: "unsupported-media-type", detail: detail)
        }
        return try decode(type, from: try await bytes(of: request, atMost: limit))
    }

    static func decode<Body: Decodable>(_ type: Body.Type, from buffer: ByteBuffer) throws -> Body {
        do {
            return try JSONDecoder().decode(type, from: Data(buffer.readableBytesView))
        } catch {
            // Values that check themselves have errors of their own.
            let reason = (error as? DecodingError).map(explanation) ?? "\(error)"
            let detail = "the request body is not what this route takes: \(reason)"
            throw Problem(status: 400, code: "malformed-body", detail: detail)
        }
    }

    static func respond(_ answer: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        respond(json: ByteBuffer(bytes: try encoded(answer)), status: status)
    }

    static func respond(json: ByteBuffer, status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: [.contentType: mediaType], body: .init(byteBuffer: json))
    }

    /// One line, keys sorted, times as text.
    static func encoded(_ answer: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if let key = Timestamp.asText { encoder.userInfo[key] = true }
        return try encoder.encode(answer)
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
