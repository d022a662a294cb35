/// What a program printed in an order, as `PUT /agent/v1/orders/{id}/outputs/{name}` takes it: text, compressed by gzip.
///
/// Sending it again changes nothing; another content takes the place of the former.
package enum OrderOutput {
    /// Most bytes of a compressed output.
    package static let maximumBytes = 10_000_000
    /// Longest name in bytes.
    package static let maximumNameBytes = 64

    /// Whether it is a name of an output: lower-case letters, digits, dots and hyphens, such as `apt` or `hook-1.drain`.
    package static func isName(_ text: String) -> Bool {
        guard (1...maximumNameBytes).contains(text.utf8.count), !text.hasPrefix(".") else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }

    /// The target of the request that uploads it.
    package static func target(order: String, name: String) -> String {
        "/agent/v1/orders/\(PathPart.encoded(order))/outputs/\(PathPart.encoded(name))"
    }
}
