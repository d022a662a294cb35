package import Time

/// A text of a document as somebody gives it to the API, with what was read from it.
package struct DocumentDraft: Codable, Equatable, Sendable {
    /// The language that the text is in.
    package enum Format: String, Codable, Sendable, CaseIterable {
        case json, yaml
    }

    /// In bytes, of the text.
    package static let mostBytes = 64 << 10

    /// What hosts run; kept beside the text, so that no later way of reading it makes another of it.
    package var document: Document
    /// As it was written, in SSM's schema 2.2.
    package var text: String
    package var format: Format
    /// What people call the version, one of its own; nil for none.
    package var versionName: String?
    package var displayName: String?
    /// Kept, and not used.
    package var targetType: String?

    package init(
        document: Document,
        text: String,
        format: Format,
        versionName: String? = nil,
        displayName: String? = nil,
        targetType: String? = nil
    ) {
        self.document = document
        self.text = text
        self.format = format
        self.versionName = versionName
        self.displayName = displayName
        self.targetType = targetType
    }
}

/// A version of a document that was made through the API: for ever as it is.
package struct DocumentVersion: Codable, Equatable, Sendable {
    /// From 1; a number is never given again.
    package let number: Int
    package let draft: DocumentDraft
    package let createdBy: String
    package let createdAt: Timestamp
}

/// Which version of a document somebody means.
package enum DocumentVersionReference: Equatable, Sendable {
    case byDefault
    case latest
    case number(Int)
    case named(String)

    /// - Parameter text: `$DEFAULT`, `$LATEST` or a number; nil is `$DEFAULT`.
    package init?(_ text: String?) {
        switch text {
        case nil, "$DEFAULT": self = .byDefault
        case "$LATEST": self = .latest
        case let text?:
            guard let number = Int(text), number > 0 else { return nil }
            self = .number(number)
        }
    }
}

extension DocumentVersionReference: CustomStringConvertible {
    package var description: String {
        switch self {
        case .byDefault: "$DEFAULT"
        case .latest: "$LATEST"
        case .number(let number): "\(number)"
        case .named(let name): name
        }
    }
}
