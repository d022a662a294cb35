import AgentProtocol
package import Domain
import FoundationEssentials
import ReadModels
import Workflows

/// The workflow definitions that a server offers: the YAML files of one folder, read when it starts with the documents in `hooks` below it.
package struct WorkflowLibrary: Sendable {
    /// A definition with the digest of the exact bytes of its file and its documents', by which a cycle pins it.
    package struct Entry: Sendable {
        package let definition: WorkflowDefinition
        package let digest: String
    }

    private let entries: [String: Entry]
    /// Those that stages and one-off runs may name.
    package let documents: DocumentLibrary

    /// - Throws: ``WorkflowFolderError`` when the folder cannot be read or two files define one workflow;
    ///   ``WorkflowProblems`` with every problem of the first file that has any.
    package init(folder: String) throws {
        let files: [String]
        do {
            files = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw WorkflowFolderError(
                description: "cannot read the workflow folder \(folder): \(error); name it with --workflows"
            )
        }
        documents = try DocumentLibrary(besideWorkflowsIn: folder)
        var entries: [String: Entry] = [:]
        for name in files.sorted() where name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            let file = folder + "/" + name
            guard let bytes = FileManager.default.contents(atPath: file) else {
                throw WorkflowFolderError(description: "cannot read \(file); check its permissions")
            }
            let definition = try WorkflowFile.parse(Array(bytes), file: file, documents: documents.all)
            guard entries[definition.name] == nil else {
                throw WorkflowFolderError(
                    description: "\(file) defines \(definition.name) a second time; rename one of the two"
                )
            }
            let digest = ContentStore.digest(of: String(decoding: bytes, as: UTF8.self))
            entries[definition.name] = Entry(
                definition: definition,
                digest: documents.digest(of: definition, file: digest)
            )
        }
        self.entries = entries
    }

    /// Sorted by name.
    package var all: [Entry] { entries.values.sorted { $0.definition.name < $1.definition.name } }

    func named(_ name: String) throws(Problem) -> Entry {
        if let entry = entries[name] { return entry }
        let known = entries.keys.sorted().joined(separator: ", ")
        let detail =
            "there is no workflow \(name); this server has \(known.isEmpty ? "none" : known); "
            + "add a file to its workflow folder and start it again"
        throw Problem(status: 404, code: "workflow-not-found", detail: detail)
    }
}

/// A folder of workflows that cannot be used.
package struct WorkflowFolderError: Error, CustomStringConvertible {
    package let description: String
}
