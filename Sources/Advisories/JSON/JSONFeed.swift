import Foundation

/// Reads a JSON feed, each of its entries at a time.
struct JSONFeed {
    private let path: [JSONEntryScanner.Step]
    private let entryBytes: Int
    private let item: (JSONEntryScanner.Entry, Data) throws -> FeedItem

    /// - Parameters:
    ///   - path: the way from the document's root to the entries.
    ///   - entryBytes: how large an entry may be.
    ///   - item: what an entry's bytes mean; throws a ``Flaw`` or a `DecodingError`.
    init(
        path: [JSONEntryScanner.Step],
        entryBytes: Int = FeedLimits.entryBytes,
        _ item: @escaping (JSONEntryScanner.Entry, Data) throws -> FeedItem
    ) {
        self.path = path
        self.entryBytes = entryBytes
        self.item = item
    }

    func read(_ file: FeedFile, _ deliver: (FeedItem) throws -> Void) throws {
        var scanner = JSONEntryScanner(path: path, entryBytes: entryBytes)
        while case let chunk = try file.next(), !chunk.isEmpty {
            try scanner.scan(chunk) { try deliver(read($0)) }
        }
        try scanner.finish()
    }

    private func read(_ entry: JSONEntryScanner.Entry) throws -> FeedItem {
        do {
            guard let bytes = entry.bytes else {
                throw Flaw("it is larger than \(entryBytes) bytes")
            }
            guard entry.isAtPlace else { throw Flaw("it is not an object of entries") }
            return try item(entry, Data(bytes))
        } catch let flaw as Flaw {
            return malformed(entry, flaw.reason)
        } catch let error as DecodingError {
            return malformed(entry, error.summary)
        }
    }

    private func malformed(_ entry: JSONEntryScanner.Entry, _ reason: String) -> FeedItem {
        let keys = FeedText.line(entry.keys.joined(separator: "/"), bytes: 200)
        let place = keys.isEmpty ? "byte \(entry.offset)" : "byte \(entry.offset), \(keys)"
        return .malformed(Malformed(place: place, reason: reason))
    }
}

extension DecodingError {
    /// What is wrong with which member.
    fileprivate var summary: String {
        switch self {
        case .keyNotFound(let key, let context): "\(member(context, key)) is missing"
        case .valueNotFound(_, let context): "\(member(context)) is null"
        case .typeMismatch(_, let context): "\(member(context)) is of the wrong type"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty ? "it is no JSON" : "\(member(context)) cannot be read"
        @unknown default: "it cannot be decoded"
        }
    }

    private func member(_ context: Context, _ key: (any CodingKey)? = nil) -> String {
        let path = context.codingPath + (key.map { [$0] } ?? [])
        let names = path.map { $0.intValue.map(String.init) ?? $0.stringValue }
        return names.isEmpty ? "it" : FeedText.line(names.joined(separator: "."), bytes: 200)
    }
}
