import AgentProtocol
import HTTPTypes
import Hummingbird
import NIOCore
import Time

/// Answers of the console in the forms that there are.
extension Response {
    static func page(_ html: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: html))
        )
    }

    /// After a form: the browser gets the page that shows what came of it.
    static func seeOther(_ address: String) -> Response { Response(status: .seeOther, headers: [.location: address]) }

    /// - Parameter name: the file's.
    static func csv(_ body: ResponseBody, named name: String) -> Response {
        file(body, "text/csv; charset=utf-8", named: name)
    }

    /// - Parameter name: the file's.
    static func file(_ body: ResponseBody, _ type: String, named name: String) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: type, .contentDisposition: "attachment; filename=\"\(name)\""],
            body: body
        )
    }
}
