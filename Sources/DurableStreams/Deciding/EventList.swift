/// The stored form of a commit's events: a JSON array of `{"type":…,"data":…}`, with `"by"` for another actor.
package enum EventList {
    /// One element of the array.
    package struct Entry: Equatable, Sendable {
        package var event: RecordedEvent
        /// The event's actor where it is not the commit's.
        package var actor: String?
    }

    /// The elements in order.
    ///
    /// - Throws: ``EventListError`` when the text is not such an array.
    package static func parse(_ text: String) throws(EventListError) -> [Entry] {
        var reader = try EventReader(text)
        var entries: [Entry] = []
        while let type = try reader.nextType() {
            let event = try reader.event(type)
            let actor = try reader.endEvent()
            entries.append(Entry(event: event, actor: actor.flatMap { JSONText.string(reader.text(at: $0)) }))
        }
        return entries
    }

    /// Whether the event can be stored: its type is a plain name and its data is one JSON value.
    static func check(_ event: RecordedEvent) throws {
        guard !event.type.isEmpty, event.type.utf8.count <= Limits.nameBytes, event.type.utf8.allSatisfy(isPlain) else {
            throw InvalidText("the event type \"\(event.type)\" is not a plain name")
        }
        var scanner = JSONScanner(event.data)
        guard scanner.skipValue(), scanner.isAtEnd else {
            throw InvalidText("the data of \(event.type) is not JSON at byte \(scanner.offset)")
        }
    }

    /// Appends one element, with the comma or bracket before it.
    static func append(_ event: RecordedEvent, by actor: String?, to bytes: inout [UInt8]) {
        bytes.append(bytes.isEmpty ? UInt8(ascii: "[") : UInt8(ascii: ","))
        bytes.append(contentsOf: "{\"type\":\"".utf8)
        bytes.append(contentsOf: event.type.utf8)
        bytes.append(contentsOf: "\",\"data\":".utf8)
        bytes.append(contentsOf: event.data.utf8)
        if let actor {
            bytes.append(contentsOf: ",\"by\":".utf8)
            JSONText.append(actor, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    // MARK: - Steps

    /// Letters, digits and the few marks that need no escape in JSON.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default:
            false
        }
    }
}

/// Stored events that are not what this engine writes.
package struct EventListError: Error, Equatable, CustomStringConvertible {
    /// The byte at which reading stopped.
    package var offset: Int

    package var description: String { "the stored events are not a list of events at byte \(offset)" }
}
