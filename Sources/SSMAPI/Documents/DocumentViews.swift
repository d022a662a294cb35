import Domain
import ReadModels

/// What lists and descriptions of a document have in common.
private func owner(_ document: CommandDocument) -> String { document.isAWS ? "Amazon" : Call.account }

/// SSM's `DocumentIdentifier`.
struct DocumentIdentifier: Encodable, Sendable {
    var name: String
    var owner: String
    var platformTypes: [String]
    var documentVersion = CommandDocument.version
    var documentType = "Command"
    var schemaVersion: String
    var documentFormat = "JSON"

    init(_ document: CommandDocument) {
        name = document.name
        owner = SSMAPI.owner(document)
        platformTypes = DocumentContent.platforms(of: document)
        schemaVersion = DocumentContent.schemaVersion(of: document)
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
    var owner: String
    var status = "Active"
    var documentVersion = CommandDocument.version
    var description: String
    var parameters: [Parameter]
    var platformTypes: [String]
    var documentType = "Command"
    var schemaVersion: String
    var latestVersion = CommandDocument.version
    var defaultVersion = CommandDocument.version
    var documentFormat = "JSON"

    init(_ document: CommandDocument) throws {
        hash = ContentStore.digest(of: try DocumentContent.text(of: document))
        name = document.name
        owner = SSMAPI.owner(document)
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
    }
}
