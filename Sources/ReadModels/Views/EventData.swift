import PatchStreams

/// What an event says: JSON as it stands in the log, which costs nothing until somebody reads it.
package struct EventData: Codable, Equatable, Sendable {
    package var json: String

    package init(json: String) { self.json = json }

    package init(from decoder: any Decoder) throws { json = try DomainJSON.encode(JSONValue(from: decoder)) }

    package func encode(to encoder: any Encoder) throws {
        try DomainJSON.decode(JSONValue.self, from: json).encode(to: encoder)
    }
}
