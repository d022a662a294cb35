import ControlPlane
import Domain
import FoundationEssentials
import ReadModels
import TestSupport
import Testing

@Suite("The folder of workflows")
struct WorkflowLibraryTests {
    func withFolder(_ files: [String: String], _ body: (_ folder: String) throws -> Void) throws {
        let folder = try TemporaryFolder.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a leftover in the temporary place harms nobody
        try FileManager.default.createDirectory(atPath: folder + "/hooks", withIntermediateDirectories: true)
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

extension WorkflowLibraryTests {
    private static let document = """
        document: probe
        steps:
          - { name: look, command: [/bin/true] }
        """

    private static let workflow = """
        workflow: probes
        stages:
          - look:
              run: { document: probe, targets: all, window: { opens: now, duration: 1h }, concurrency: 1, errors: 0 }
        """

    @Test("A document's bytes are pinned with the workflow that names it, and with no other")
    func pinned() throws {
        func digests(_ document: String) throws -> [String: String] {
            var digests: [String: String] = [:]
            let files = ["a.yaml": Self.workflow, "b.yaml": Workflow.oneByOne(), "hooks/probe.yaml": document]
            try withFolder(files) { folder in
                for entry in try WorkflowLibrary(folder: folder).all { digests[entry.definition.name] = entry.digest }
            }
            return digests
        }
        let (first, second) = (try digests(Self.document), try digests(Self.document + "\n# a comment"))
        #expect(first["probes"] != second["probes"])
        #expect(first["one-by-one"] == second["one-by-one"])
        #expect(first["one-by-one"] == ContentStore.digest(of: Workflow.oneByOne()))
    }

    @Test("A document that is wrong, or twice there, or missing is an error with its place")
    func wrong() throws {
        func error(_ files: [String: String]) throws -> String {
            var text = "none"
            try withFolder(files) { folder in
                do {
                    _ = try WorkflowLibrary(folder: folder)
                } catch {
                    text = "\(error)".replacing(folder + "/", with: "")
                }
            }
            return text
        }
        let twice = ["hooks/a.yaml": Self.document, "hooks/b.yml": Self.document]
        #expect(try error(twice) == "hooks/b.yml defines the document probe a second time; rename one of the two")
        let misspelt = Self.document.replacing("command", with: "comand")
        #expect(try error(["hooks/a.yaml": misspelt]).hasPrefix("hooks/a.yaml:3:"))
        #expect(try error(["a.yaml": Self.workflow]).hasPrefix("a.yaml:4:24: there is no document `probe`"))
    }
}
