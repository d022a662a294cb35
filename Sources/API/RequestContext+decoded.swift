import Hummingbird
import HummingbirdCore

extension RequestContext {
    /// A part of the path as it was before it was percent-encoded: ids have colons and slashes.
    func decoded(_ name: String) throws -> String {
        let text = try parameters.require(name)
        return URI("/?part=\(text)").queryParameters["part"].map(String.init) ?? text
    }
}
