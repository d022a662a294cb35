/// What an event of a ``CommandSender`` asks of the world.
package enum CommandEffect<Place: Equatable & Sendable>: Equatable, Sendable {
    /// A worker sends the command of the place.
    case sendCommand(Place)
    /// The command of the place is to stop.
    case stopCommand(Place, reason: String)
}

/// Work that a ``CommandSender`` asks for; its worker answers with a message.
package struct CommandWork<Place: Codable & Sendable>: Codable, Sendable {
    package static var kind: String { "send-command" }

    package var place: Place

    package init(place: Place) { self.place = place }
}
