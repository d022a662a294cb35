/// Addresses within the console, put together so that no name can break out of its place.
struct WebAddress: Sendable {
    static let root = "/console"

    private let path: String
    private var query: [(name: String, value: String)] = []

    /// - Parameter parts: behind `/console`, as they are.
    init(_ parts: String...) { path = ([Self.root] + parts.map(Self.encoded)).joined(separator: "/") }

    /// With one more value in its query; nil and empty ones are left out.
    func with(_ name: String, _ value: String?) -> Self {
        guard let value, !value.isEmpty else { return self }
        var address = self
        address.query.append((name, value))
        return address
    }

    var text: String {
        guard !query.isEmpty else { return path }
        return path + "?" + query.map { "\($0.name)=\(Self.encoded($0.value))" }.joined(separator: "&")
    }

    /// Percent-encoded but for what RFC 3986 calls unreserved.
    static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return result
    }

    /// Where to go after signing in: a place within the console, or its first page for anything else.
    static func destination(_ wanted: String?) -> String {
        guard let wanted, wanted == root || wanted.hasPrefix(root + "/") || wanted.hasPrefix(root + "?"),
            wanted.utf8.count <= 2_000, wanted.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") })
        else { return root }
        return wanted
    }
}
