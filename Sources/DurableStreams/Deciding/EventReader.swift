/// Reads the stored events of a commit, one after the other and each in three steps: its type, its data, its end.
///
/// Every step throws ``EventListError`` where the text is not what ``EventList`` describes.
struct EventReader {
    private var scanner: JSONScanner
    private var isAtFirst = true

    init(_ text: String) throws(EventListError) {
        scanner = JSONScanner(text)
        try expect(scanner.skip("["))
    }

    /// The whole list, and the place in it that has been reached.
    var bytes: [UInt8] { scanner.bytes }
    var offset: Int { scanner.offset }

    /// Goes to the data of the next event and tells where its type is; nil behind the last one.
    mutating func nextType() throws(EventListError) -> Range<Int>? {
        guard isAtFirst ? !scanner.skip("]") : scanner.skip(",") else {
            try expect(isAtFirst || scanner.skip("]"))
            try expect(scanner.isAtEnd)
            return nil
        }
        isAtFirst = false
        try expect(scanner.skip("{") && scanner.skipKey("type"))
        guard let type = scanner.plainString() else { throw EventListError(offset: offset) }
        try expect(scanner.skip(",") && scanner.skipKey("data"))
        return type
    }

    /// Reads the data of the event whose type is at a place.
    mutating func event(_ type: Range<Int>) throws(EventListError) -> RecordedEvent {
        guard let data = scanner.value() else { throw EventListError(offset: offset) }
        return RecordedEvent(type: text(at: type), data: text(at: data))
    }

    /// Goes on behind data that the decider has read itself.
    mutating func skipData(to end: Int) { scanner.skip(to: end) }

    /// Ends the event and tells where the JSON of its own actor is; nil for that of the commit.
    @discardableResult
    mutating func endEvent() throws(EventListError) -> Range<Int>? {
        var actor: Range<Int>?
        if scanner.skip(",") {
            try expect(scanner.skipKey("by"))
            actor = scanner.value()
            try expect(actor != nil)
        }
        try expect(scanner.skip("}"))
        return actor
    }

    func text(at place: Range<Int>) -> String { scanner.text(at: place) }

    // MARK: - Steps

    private func expect(_ isThere: Bool) throws(EventListError) {
        guard isThere else { throw EventListError(offset: offset) }
    }
}
