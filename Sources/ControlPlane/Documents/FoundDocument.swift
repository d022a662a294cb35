package import Domain
import Workflows

/// A document in one of its versions, as requests find it by its name.
package struct FoundDocument: Sendable {
    /// What makes one of the API's: nil for AWS's and for those of the server's folder, which have one version, the first.
    package struct Making: Sendable {
        package let version: DocumentVersion
        package let latest: Int
        package let defaultNumber: Int
        package let tags: [String: String]
    }

    package let document: CommandDocument
    package let making: Making?

    init(_ document: CommandDocument) {
        self.document = document
        making = nil
    }

    /// nil for a version that it does not have.
    init?(_ history: DocumentHistory, _ reference: DocumentVersionReference) {
        guard let version = history[reference], let latest = history.latest else { return nil }
        document = CommandDocument(version.draft.document)
        making = Making(
            version: version,
            latest: latest.number,
            defaultNumber: history.defaultNumber,
            tags: history.tags
        )
    }

    package var name: String { document.name }
}

extension DocumentDraft {
    /// The text in JSON, whatever it was written in.
    package var json: String {
        get throws {
            switch format {
            case .json: text
            case .yaml: try CommandDocumentFile.json(ofYAML: text) ?? text
            }
        }
    }
}
