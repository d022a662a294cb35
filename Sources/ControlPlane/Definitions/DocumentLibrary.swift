package import Domain
import FoundationEssentials
import ReadModels
import Workflows

/// The documents of a folder of workflows: the YAML files in `hooks` below it.
package struct DocumentLibrary: Sendable {
    private struct Entry {
        let document: Document
        let digest: String
    }

    private let entries: [String: Entry]

    /// - Throws: ``WorkflowFolderError`` when the folder cannot be read or two files define one document; ``WorkflowProblems`` with every
    ///   problem of the first file that has any. A folder that is not there has no documents.
    package init(besideWorkflowsIn workflows: String) throws {
        let folder = workflows + "/hooks"
        guard FileManager.default.fileExists(atPath: folder) else {
            entries = [:]
            return
        }
        let files: [String]
        do {
            files = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw WorkflowFolderError(description: "cannot read the folder \(folder): \(error); check its permissions")
        }
        var entries: [String: Entry] = [:]
        for name in files.sorted() where name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            let file = folder + "/" + name
            guard let bytes = FileManager.default.contents(atPath: file) else {
                throw WorkflowFolderError(description: "cannot read \(file); check its permissions")
            }
            let document = try DocumentFile.parse(Array(bytes), file: file)
            guard entries[document.name] == nil else {
                let text = "\(file) defines the document \(document.name) a second time; rename one of the two"
                throw WorkflowFolderError(description: text)
            }
            let digest = ContentStore.digest(of: String(decoding: bytes, as: UTF8.self))
            entries[document.name] = Entry(document: document, digest: digest)
        }
        self.entries = entries
    }

    /// Sorted by name.
    package var all: [Document] { entries.values.map(\.document).sorted { $0.name < $1.name } }

    subscript(name: String) -> Document? { entries[name]?.document }

    /// The digest that pins a definition with the documents in it: that of its file where it names none.
    ///
    /// - Parameter file: the digest of the definition's file.
    func digest(of definition: WorkflowDefinition, file: String) -> String {
        let names = Set(definition.stages.flatMap(\.documents).map(\.name))
        guard !names.isEmpty else { return file }
        let lines = names.sorted().map { "\($0) \(entries[$0]?.digest ?? "")" }
        return ContentStore.digest(of: ([file] + lines).joined(separator: "\n"))
    }
}
