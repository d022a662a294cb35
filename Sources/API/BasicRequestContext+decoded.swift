import AgentProtocol
import Hummingbird

extension BasicRequestContext {
    /// A part of the path as it was before it was percent-encoded: ids have colons and slashes.
    ///
    /// - Throws: ``Problem`` 400 for one that is not encoded as addresses are.
    func decoded(_ name: String) throws -> String {
        let text = try parameters.require(name)
        guard let decoded = PathPart.decoded(text) else {
            let detail = "\(text.prefix(80)) in the address is not percent-encoded UTF-8; encode it anew"
            throw Problem(status: 400, code: "malformed-address", detail: detail)
        }
        return decoded
    }
}
