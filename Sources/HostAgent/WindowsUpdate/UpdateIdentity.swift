/// What identifies one revision of an update, on every host alike.
package struct UpdateIdentity: Codable, Hashable, Sendable, CustomStringConvertible {
    /// A GUID in lower case.
    package var id: String
    package var revision: Int

    package init(id: String, revision: Int) {
        self.id = id
        self.revision = revision
    }

    /// nil unless the text is a GUID, a dot and a number.
    package init?(_ text: String) {
        guard let dot = text.lastIndex(of: "."), let revision = Int(text[text.index(after: dot)...]), revision >= 0
        else { return nil }
        let id = text[..<dot]
        let lengths = id.split(separator: "-", omittingEmptySubsequences: false).map(\.utf8.count)
        guard lengths == [8, 4, 4, 4, 12], id.allSatisfy({ $0 == "-" || $0.isHexDigit }) else { return nil }
        self.init(id: id.lowercased(), revision: revision)
    }

    /// As WindowsUpdate.log has it: `33a64099-ba99-4e7f-a2d7-cf7d7fc4029f.200`.
    package var description: String { "\(id).\(revision)" }
}
