/// An element with all that is in it; names have no prefix.
struct XMLNode {
    let name: String
    let attributes: [String: String]
    /// The element's own text, not that of its children.
    var text = ""
    var children: [XMLNode] = []

    init(name: String, attributes: [String: String]) {
        self.name = name
        self.attributes = attributes
    }

    func all(_ name: String) -> [XMLNode] { children.filter { $0.name == name } }

    func first(_ name: String) -> XMLNode? { children.first { $0.name == name } }

    /// The text of the first child of that name.
    func text(_ name: String) -> String? { first(name)?.text }

    static func localName(_ name: String) -> String {
        name.utf8.lastIndex(of: UInt8(ascii: ":")).map { String(name[name.utf8.index(after: $0)...]) } ?? name
    }
}
