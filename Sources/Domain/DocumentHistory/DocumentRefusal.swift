/// Why a document that is made through the API does not do what a message wants.
package enum DocumentRefusal: DomainRefusal {
    /// There is no such document, or it is deleted.
    case notFound
    case alreadyExists
    case unknownVersion(String)
    /// It was made from a version that is not the latest any more.
    case notLatest(Int)
    case sameContent(version: Int)
    case versionNameTaken(String, version: Int)
    case tooManyVersions
    case isDefault(Int)
    case tooLarge(bytes: Int)
    case unfit(String)
    case tooManyTags

    package var isUnknown: Bool {
        switch self {
        case .notFound, .unknownVersion: true
        default: false
        }
    }

    package var code: String {
        switch self {
        case .notFound: "document-not-found"
        case .alreadyExists: "document-exists"
        case .unknownVersion: "document-version-not-found"
        case .notLatest: "document-version-not-latest"
        case .sameContent: "document-content-repeated"
        case .versionNameTaken: "document-version-name-taken"
        case .tooManyVersions: "document-version-limit"
        case .isDefault: "document-version-is-default"
        case .tooLarge: "document-too-large"
        case .unfit: "document-content-invalid"
        case .tooManyTags: "document-tag-limit"
        }
    }

    package var detail: String {
        switch self {
        case .notFound: "there is no such document, or it is deleted; list those that there are"
        case .alreadyExists: "there is a document of that name; add a version to it, or take another name"
        case .unknownVersion(let version): "the document has no version \(version); list those that it has"
        case .notLatest(let number):
            "version \(number) of the document is not the latest; read that one, and change it"
        case .sameContent(let version):
            "version \(version) of the document has this very text; make it the default if it is to count"
        case .versionNameTaken(let name, let version):
            "version \(version) of the document is called \(name); take another name"
        case .tooManyVersions:
            "a document has at most \(DocumentHistory.mostVersions) versions with \(DocumentHistory.mostBytes >> 10) KiB together; delete some first"
        case .isDefault(let number):
            "version \(number) counts by default; make another one the default, or delete the document"
        case .tooLarge(let bytes):
            "the text has \(bytes) bytes, and \(DocumentDraft.mostBytes) are allowed; have the script fetch what is long"
        case .unfit(let flaw): "the document does not do: \(flaw); correct it and repeat"
        case .tooManyTags: "a document has at most \(DocumentHistory.mostTags) tags; remove others first"
        }
    }
}
