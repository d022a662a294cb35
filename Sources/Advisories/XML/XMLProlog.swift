/// What stands before an XML document's root element.
enum XMLProlog {
    /// The root element's name without its prefix.
    ///
    /// A document type is refused: no feed has one, and with it go external entities and entities that expand without end.
    ///
    /// - Parameter head: the first bytes of the document; its root element must begin in them.
    static func rootName(of head: [UInt8]) throws(Flaw) -> String {
        var rest = head[...]
        if rest.starts(with: [0xef, 0xbb, 0xbf]) { rest = rest.dropFirst(3) }
        while true {
            rest = rest.drop { [0x20, 0x09, 0x0a, 0x0d].contains($0) }
            if rest.starts(with: "<?".utf8) {
                rest = try after("?>", in: rest)
            } else if rest.starts(with: "<!--".utf8) {
                rest = try after("-->", in: rest)
            } else if rest.starts(with: "<!".utf8) {
                throw Flaw("it declares a document type, which no feed has")
            } else if rest.first == UInt8(ascii: "<") {
                let ends: Set<UInt8> = [0x20, 0x09, 0x0a, 0x0d, UInt8(ascii: ">"), UInt8(ascii: "/")]
                let name = rest.dropFirst().prefix { !ends.contains($0) }
                return XMLNode.localName(String(decoding: name, as: UTF8.self))
            } else {
                throw Flaw("it is not XML in UTF-8")
            }
        }
    }

    private static func after(_ end: String, in bytes: ArraySlice<UInt8>) throws(Flaw) -> ArraySlice<UInt8> {
        let end = Array(end.utf8)
        var rest = bytes.dropFirst(2)
        while !rest.starts(with: end) {
            guard !rest.isEmpty else { throw Flaw("its root element does not begin in the first \(bytes.count) bytes") }
            rest = rest.dropFirst()
        }
        return rest.dropFirst(end.count)
    }
}
