/// The text of a gzip file that fits into memory.
package enum GunzippedText {
    /// - Parameter limit: how many bytes the text may have: what was compressed well may have very many.
    /// - Throws: with the reason, when it is damaged or has more.
    package static func text(of bytes: [UInt8], atMost limit: Int) throws -> String {
        let gunzip = try Gunzip(bytes) { () throws(Flaw) in [] }
        var text: [UInt8] = []
        while true {
            let chunk = try gunzip.next()
            guard !chunk.isEmpty else { return String(decoding: text, as: UTF8.self) }
            text += chunk
            guard text.count <= limit else { throw Flaw("it has more than \(limit) bytes when it is uncompressed") }
        }
    }
}

extension Flaw: CustomStringConvertible {
    var description: String { reason }
}
