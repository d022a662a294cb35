import FoundationEssentials

/// What the script is asked, as one line of its input.
struct ScriptRequest: Encodable, Equatable, Sendable {
    /// The version of the dialogue that the script must speak, too.
    static let currentProtocol = 1

    enum Verb: String, Encodable, Sendable {
        case hello, source, services, space, reboot, condition, busy, search, installed, download, install
    }

    /// What some verbs take.
    struct Arguments: Encodable, Equatable, Sendable {
        /// A search's, in the language of IUpdateSearcher.
        var criteria: String?
        /// Whether the search asks the server, or what was found last.
        var online: Bool?
        var updates: [UpdateIdentity]?
        /// All in one transaction of Windows; each by itself else.
        var together: Bool?
    }

    var `protocol` = Self.currentProtocol
    /// 1, 2, 3 … within a conversation.
    var id: Int
    var verb: Verb
    var arguments: Arguments?

    /// One line of JSON without its end.
    func line() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
