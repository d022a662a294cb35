package import Time

/// What a feed is told.
package enum FeedMessage: DomainMessage {
    /// An import of it has been committed.
    case imported(FeedImport)
    case wake

    package var kind: String {
        switch self {
        case .imported: "imported"
        case .wake: "wake"
        }
    }
}

/// What happened to a feed.
package enum FeedEvent: DomainEvent {
    case imported(FeedImport, by: String, at: Timestamp)

    package var type: String {
        switch self {
        case .imported: "feed.imported.v1"
        }
    }
}

/// A feed's events ask for nothing.
package enum FeedEffect: Equatable, Sendable {}

/// What is told to a feed has happened, so there is nothing to refuse.
package enum FeedRefusal: DomainRefusal {
    package var code: String { switch self {} }
    package var detail: String { switch self {} }
}
