/// Finds the entries of a JSON document of any size, and hands out the bytes of one at a time.
///
/// It checks the document down to the entries; what is in an entry is checked by who decodes it.
struct JSONEntryScanner {
    /// A step on the way from the root to the entries.
    enum Step: Equatable {
        case member(String)
        case eachMember
        case eachElement
    }

    struct Entry {
        /// The members' names on the way, outermost first.
        var keys: [String]
        /// In the document, in bytes.
        var offset: Int
        /// nil when there were too many.
        var bytes: [UInt8]?
        /// Whether it stands at the end of the way; a value that blocks the way is an entry too, of the wrong kind.
        var isAtPlace: Bool
    }

    /// An object or array on the way to the entries.
    private struct Frame {
        var isObject: Bool
        var key = ""
    }

    private enum State {
        case value
        case keyOrEnd
        case key
        case inKey
        case colon
        case valueOrEnd
        case inValue
        case afterValue
    }

    private let path: [Step]
    private let entryBytes: Int
    private var state = State.value
    private var frames: [Frame] = []
    private var keyBytes: [UInt8] = []
    private var isEscaped = false
    private var value = JSONValueScanner(limit: nil, offset: 0)
    private var offset = 0
    private var hasReachedEntries: Bool

    /// - Parameter entryBytes: how many bytes an entry may have; those of a larger one are left out.
    init(path: [Step], entryBytes: Int) {
        self.path = path
        self.entryBytes = entryBytes
        hasReachedEntries = path.isEmpty
    }

    /// Goes on with the next bytes.
    mutating func scan(_ chunk: [UInt8], _ deliver: (Entry) throws -> Void) throws {
        var index = 0
        if offset == 0, chunk.starts(with: [0xef, 0xbb, 0xbf]) { index = 3 }
        while index < chunk.count {
            guard state == .inValue else {
                if try take(chunk[index], at: offset + index) { index += 1 }
                continue
            }
            index = try value.scan(chunk, from: index, offset)
            if value.isWhole {
                state = .afterValue
                if value.limit != nil { try deliver(entry()) }
            }
        }
        offset += chunk.count
    }

    /// The document's end.
    func finish() throws(Flaw) {
        // Only a number at the root may end with the document, and no feed is a number.
        guard state == .afterValue, frames.isEmpty else {
            throw Flaw("it is truncated: get it again", at: "byte \(offset)")
        }
        guard hasReachedEntries else { throw Flaw("it has no \(place): it is not of this format") }
    }

    // MARK: - Steps

    private var place: String {
        let names = path.map { step in
            if case .member(let name) = step { "\"\(name)\"" } else { "*" }
        }
        return names.joined(separator: ".")
    }

    private func entry() -> Entry {
        Entry(
            keys: frames.filter(\.isObject).map(\.key),
            offset: value.offset,
            bytes: value.bytes,
            isAtPlace: frames.count == path.count
        )
    }

    /// - Returns: whether the byte was used; else it begins a value.
    private mutating func take(_ byte: UInt8, at position: Int) throws(Flaw) -> Bool {
        if state == .inKey { return try takeKey(byte, at: position) }
        if [0x20, 0x09, 0x0a, 0x0d].contains(byte) { return true }
        switch (state, byte) {
        case (.keyOrEnd, UInt8(ascii: "}")), (.valueOrEnd, UInt8(ascii: "]")):
            close()
        case (.keyOrEnd, UInt8(ascii: "\"")), (.key, UInt8(ascii: "\"")):
            keyBytes = [byte]
            state = .inKey
        case (.colon, UInt8(ascii: ":")):
            state = .value
        case (.afterValue, UInt8(ascii: ",")) where !frames.isEmpty:
            state = isInObject ? .key : .value
        case (.afterValue, UInt8(ascii: "}")) where isInObject,
            (.afterValue, UInt8(ascii: "]")) where !frames.isEmpty && !isInObject:
            close()
        case (.value, _), (.valueOrEnd, _):
            return try beginValue(byte, at: position)
        default:
            throw Flaw("it is no JSON", at: "byte \(position)")
        }
        return true
    }

    private var isInObject: Bool { frames.last?.isObject == true }

    private mutating func close() {
        frames.removeLast()
        state = .afterValue
    }

    private mutating func takeKey(_ byte: UInt8, at position: Int) throws(Flaw) -> Bool {
        keyBytes.append(byte)
        guard keyBytes.count <= FeedLimits.tokenBytes else { throw Flaw("a name is too long", at: "byte \(position)") }
        guard byte == UInt8(ascii: "\""), !isEscaped else {
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            return true
        }
        // Names on the way are plain: one with an escape matches no step, and shows as it is written.
        guard let key = String(validating: keyBytes.dropFirst().dropLast(), as: UTF8.self) else {
            throw Flaw("a name is not UTF-8", at: "byte \(position)")
        }
        frames[frames.count - 1].key = key
        state = .colon
        return true
    }

    private mutating func beginValue(_ byte: UInt8, at position: Int) throws(Flaw) -> Bool {
        guard Self.starts.contains(byte) else { throw Flaw("it is no JSON", at: "byte \(position)") }
        let isOnTheWay = isOnTheWay
        if isOnTheWay, frames.count < path.count {
            let isObject = path[frames.count] != .eachElement
            if byte == UInt8(ascii: isObject ? "{" : "[") {
                frames.append(Frame(isObject: isObject))
                if frames.count == path.count { hasReachedEntries = true }
                state = isObject ? .keyOrEnd : .valueOrEnd
                return true
            }
            guard isOneOfMany else {
                throw Flaw("its \(place) is not where it should be: it is not of this format", at: "byte \(position)")
            }
        }
        value = JSONValueScanner(limit: isOnTheWay ? entryBytes : nil, offset: position)
        state = .inValue
        return false
    }

    /// Whether what begins here may be wrong without the document being so.
    private var isOneOfMany: Bool {
        !frames.isEmpty && [.eachMember, .eachElement].contains(path[frames.count - 1])
    }

    private static let starts = Set("{[\"-0123456789tfn".utf8)

    private var isOnTheWay: Bool {
        guard let frame = frames.last else { return true }
        switch path[frames.count - 1] {
        case .member(let name): return frame.key == name
        case .eachMember, .eachElement: return true
        }
    }
}
