/// Which page of a list a request asks for.
struct PagePlace: Sendable {
    /// SSM's usual.
    private static let usual = 50

    var maxResults: Int?
    var nextToken: String?

    var limit: Int { maxResults ?? Self.usual }
}

/// A page of a list, under the name that the operation's answer has for it.
struct ListPage<Item: Encodable & Sendable>: Encodable, Sendable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    let name: String
    let items: [Item]
    let nextToken: String?

    init(_ name: String, _ items: [Item], next: String?) {
        self.name = name
        self.items = items
        nextToken = next
    }

    /// The page of a list that is at hand.
    ///
    /// - Parameters:
    ///   - items: sorted by their keys, which differ.
    /// - Throws: ``SSMError`` for a token that is not of the operation.
    init(
        _ name: String,
        of operation: String,
        _ items: [Item],
        by key: (Item) -> String,
        _ place: PagePlace
    ) throws(SSMError) {
        let (page, next) = try PageToken.page(operation, items, by: key, after: place.nextToken, atMost: place.limit)
        self.init(name, page, next: next)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(items, forKey: Key(stringValue: name))
        try container.encodeIfPresent(nextToken, forKey: Key(stringValue: "nextToken"))
    }
}
