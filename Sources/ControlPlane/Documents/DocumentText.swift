import AgentProtocol
package import Domain
import Workflows

/// The text of a document as a request brings it.
package struct DocumentText: Sendable {
    private static let mostProblems = 10

    package var text: String
    package var format: DocumentDraft.Format
    package var versionName: String?
    package var displayName: String?
    package var targetType: String?

    package init(
        _ text: String,
        format: DocumentDraft.Format,
        versionName: String? = nil,
        displayName: String? = nil,
        targetType: String? = nil
    ) {
        self.text = text
        self.format = format
        self.versionName = versionName
        self.displayName = displayName
        self.targetType = targetType
    }

    package static let unfitSchema = "document-schema-unsupported"

    /// What it spells out.
    ///
    /// - Throws: ``Problem`` with all that is wrong with it.
    func draft(of name: String) throws(Problem) -> DocumentDraft {
        guard text.utf8.count <= DocumentDraft.mostBytes else {
            throw Problem(DocumentRefusal.tooLarge(bytes: text.utf8.count))
        }
        let document: Document
        do throws(CommandDocumentFile.Failure) {
            document = try CommandDocumentFile.parse(text, format, name: name)
        } catch {
            throw Self.problem(error)
        }
        return DocumentDraft(
            document: document,
            text: text,
            format: format,
            versionName: versionName,
            displayName: displayName,
            targetType: targetType
        )
    }

    private static func problem(_ failure: CommandDocumentFile.Failure) -> Problem {
        switch failure {
        case .otherSchema(let version):
            let detail = "the document is of schema \(version): expected 2.2, with mainSteps"
            return Problem(status: 400, code: unfitSchema, detail: detail)
        case .invalid(let found):
            let shown = found.problems.prefix(mostProblems).map(\.description).joined(separator: "\n")
            return Problem(status: 400, code: DocumentRefusal.unfit("").code, detail: shown)
        }
    }
}
