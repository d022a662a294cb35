import ControlPlane
import Domain
import ReadModels

extension FoundDocument {
    /// AWS's documents and those of the server's folder have one version.
    static let onlyVersion = "1"

    var versionNumber: String { making.map { "\($0.version.number)" } ?? Self.onlyVersion }
    fileprivate var owner: String { document.isAWS ? "Amazon" : Call.account }

    /// In the words of SSM.
    var format: String {
        switch making?.version.draft.format {
        case .json, nil: "JSON"
        case .yaml: "YAML"
        }
    }

    fileprivate var tagList: [TagItem]? {
        guard let tags = making?.tags, !tags.isEmpty else { return nil }
        return TagItem.list(tags)
    }
}

/// SSM's `DocumentIdentifier`.
struct DocumentIdentifier: Encodable, Sendable {
    var name: String
    var createdDate: EpochSeconds?
    var displayName: String?
    var owner: String
    var versionName: String?
    var platformTypes: [String]
    var documentVersion: String
    var documentType = "Command"
    var schemaVersion: String
    var documentFormat: String
    var targetType: String?
    var tags: [TagItem]?

    init(_ found: FoundDocument) {
        let version = found.making?.version
        name = found.name
        createdDate = version.map { EpochSeconds($0.createdAt) }
        displayName = version?.draft.displayName
        owner = found.owner
        versionName = version?.draft.versionName
        platformTypes = DocumentContent.platforms(of: found.document)
        documentVersion = found.versionNumber
        schemaVersion = DocumentContent.schemaVersion(of: found.document)
        documentFormat = found.format
        targetType = version?.draft.targetType
        tags = found.tagList
    }
}

/// SSM's `DocumentDescription`.
struct DocumentDescription: Encodable, Sendable {
    struct Parameter: Encodable, Sendable {
        var name: String
        var type: String
        var description: String
        var defaultValue: String?
    }

    var hash: String
    var hashType = "Sha256"
    var name: String
    var displayName: String?
    var versionName: String?
    var owner: String
    var createdDate: EpochSeconds?
    var status = "Active"
    var documentVersion: String
    var description: String
    var parameters: [Parameter]
    var platformTypes: [String]
    var documentType = "Command"
    var schemaVersion: String
    var latestVersion: String
    var defaultVersion: String
    var documentFormat: String
    var targetType: String?
    var tags: [TagItem]?

    init(_ found: FoundDocument) throws {
        let (document, making) = (found.document, found.making)
        hash = ContentStore.digest(of: try DocumentContent.text(of: found))
        name = found.name
        displayName = making?.version.draft.displayName
        versionName = making?.version.draft.versionName
        owner = found.owner
        createdDate = making.map { EpochSeconds($0.version.createdAt) }
        documentVersion = found.versionNumber
        description = document.description
        parameters = document.parameters.map { parameter in
            Parameter(
                name: parameter.name,
                type: parameter.isList ? "StringList" : "String",
                description: parameter.description,
                defaultValue: parameter.defaultValue
            )
        }
        platformTypes = DocumentContent.platforms(of: document)
        schemaVersion = DocumentContent.schemaVersion(of: document)
        latestVersion = making.map { "\($0.latest)" } ?? FoundDocument.onlyVersion
        defaultVersion = making.map { "\($0.defaultNumber)" } ?? FoundDocument.onlyVersion
        documentFormat = found.format
        targetType = making?.version.draft.targetType
        tags = found.tagList
    }
}

/// SSM's `DocumentVersionInfo`.
struct DocumentVersionInfo: Encodable, Sendable {
    var name: String
    var displayName: String?
    var documentVersion: String
    var versionName: String?
    var createdDate: EpochSeconds?
    var isDefaultVersion: Bool
    var documentFormat: String
    var status = "Active"

    init(_ found: FoundDocument) {
        let making = found.making
        name = found.name
        displayName = making?.version.draft.displayName
        documentVersion = found.versionNumber
        versionName = making?.version.draft.versionName
        createdDate = making.map { EpochSeconds($0.version.createdAt) }
        isDefaultVersion = making.map { $0.version.number == $0.defaultNumber } ?? true
        documentFormat = found.format
    }

    /// Sorts as the numbers do.
    var order: String { PageToken.ordinal(Int(documentVersion) ?? 0) }
}
