import ControlPlane
import Domain
import FoundationEssentials
import ReadModels
import TestSupport
import Testing

@Suite("The folder of workflows")
struct WorkflowLibraryTests {
    private func withFolder(_ files: [String: String], _ body: (_ folder: String) throws -> Void) throws {
        let folder = try TemporaryFolder.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a leftover in the temporary place harms nobody
        for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: folder + "/" + name)) }
        try body(folder)
    }

    @Test("Every YAML file is a workflow, known by the digest of its bytes; other files are passed over")
    func all() throws {
        let (first, second) = (Workflow.oneByOne(), Workflow.oneByOne().replacing("one-by-one", with: "another"))
        try withFolder(["b.yaml": first, "a.yml": second, "notes.txt": "?"]) { folder in
            let library = try WorkflowLibrary(folder: folder)
            #expect(library.all.map(\.definition.name) == ["another", "one-by-one"])
            #expect(library.all.map(\.digest) == [ContentStore.digest(of: second), ContentStore.digest(of: first)])
        }
    }

    @Test("Two files of one workflow are an error that names the second")
    func twice() throws {
        try withFolder(["a.yaml": Workflow.oneByOne(), "b.yaml": Workflow.oneByOne(approvals: 2)]) { folder in
            let error = #expect(throws: WorkflowFolderError.self) { try WorkflowLibrary(folder: folder) }
            #expect(error?.description == "\(folder)/b.yaml defines one-by-one a second time; rename one of the two")
        }
    }

    @Test("A folder that is not there is an error that says how to name another")
    func missing() throws {
        let error = #expect(throws: WorkflowFolderError.self) { try WorkflowLibrary(folder: "/nowhere/workflows") }
        let text = try #require(error?.description)
        #expect(text.hasPrefix("cannot read the workflow folder /nowhere/workflows: "))
        #expect(text.hasSuffix("; name it with --workflows"))
    }

    @Test("A file with a mistake is an error with its place")
    func mistake() throws {
        try withFolder(["a.yaml": Workflow.oneByOne() + "\nstagse: []\n"]) { folder in
            let error = #expect(throws: (any Error).self) { try WorkflowLibrary(folder: folder) }
            #expect(error.map { "\($0)".contains("\(folder)/a.yaml:") } == true)
        }
    }
}
