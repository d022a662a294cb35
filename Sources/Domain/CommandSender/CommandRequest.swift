package import Time

/// A command that a ``CommandSender`` wants to be sent.
package struct CommandRequest: Equatable, Sendable {
    package var command: SentCommand
    /// From then on no host begins; nil where the command's own times are all.
    package var end: Timestamp?
    package var owner: CommandOwner
    /// It was stopped before it was sent.
    package var isStopped: Bool

    init(_ command: SentCommand, until end: Timestamp?, of owner: CommandOwner, isStopped: Bool = false) {
        self.command = command
        self.end = end
        self.owner = owner
        self.isStopped = isStopped
    }
}

/// Who hears of a command's end: its sender, by the name of its stream.
package enum CommandOwner: Equatable, Sendable {
    case window(String)
    case association(String)

    /// Under which it acts, such as `window/mw-…`.
    package var actor: String {
        switch self {
        case .window(let name): "window/" + Self.id(name)
        case .association(let name): "association/" + Self.id(name)
        }
    }

    private static func id(_ name: String) -> String { String(name.drop { $0 != "/" }.dropFirst()) }
}
