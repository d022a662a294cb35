import AgentProtocol
import HTTPTypes
import Hummingbird
import NIOCore
import Time

/// One request of somebody who has signed in.
struct Visit: Sendable {
    let request: Request
    let session: Session
    let now: Timestamp
    private let values: [String: String]

    /// - Throws: ``Problem`` 400 for a query that cannot be read.
    init(_ request: Request, _ session: Session, at now: Timestamp) throws {
        self.request = request
        self.session = session
        self.now = now
        values = try FormValues.read(request.uri.query ?? "")
    }

    /// A value of the query; nil when it is not there or empty.
    subscript(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }
}

/// What a form or a query carries.
enum FormValues {
    /// Largest body of a form, in bytes.
    private static let maximumBytes = 16_384

    /// - Throws: ``Problem`` 400 when it cannot be read.
    static func read(_ text: String) throws(Problem) -> [String: String] {
        guard !text.isEmpty else { return [:] }
        do {
            return try URLEncodedFormDecoder().decode([String: String].self, from: text)
        } catch {
            let detail = "what was sent is no form that the console knows; go back and send it again"
            throw Problem(status: 400, code: "malformed-form", detail: detail)
        }
    }

    /// - Throws: ``Problem`` 413 for a body that is too large, 400 for one that cannot be read.
    static func read(_ request: Request) async throws -> [String: String] {
        do {
            let buffer = try await request.body.collect(upTo: maximumBytes)
            guard let text = String(validating: buffer.readableBytesView, as: UTF8.self) else {
                throw Problem(status: 400, code: "malformed-form", detail: "the form is no UTF-8; send it again")
            }
            return try read(text)
        } catch is NIOTooManyBytesError {
            let detail = "the form has more than \(maximumBytes) bytes; shorten what you wrote"
            throw Problem(status: 413, code: "body-too-large", detail: detail)
        }
    }
}
