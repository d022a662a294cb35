import ArgumentParser
import Commands
import FoundationEssentials
import Testing

struct QuickstartFolderTests {
    @Test("What an earlier run left is removed")
    func emptied() async throws {
        try await TemporaryFolder.with { path in
            let folder = QuickstartFolder(path)
            try folder.prepare()
            let left = folder.agent("web-1")
            try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
            try folder.prepare()
            #expect(!FileManager.default.fileExists(atPath: left))
            #expect(FileManager.default.fileExists(atPath: path + "/logs"))
        }
    }

    @Test("A folder with anything else in it is refused and left as it is")
    func refused() async throws {
        try await TemporaryFolder.with { path in
            let file = path + "/thesis.txt"
            try Data("years of work".utf8).write(to: URL(filePath: file))
            let message = "\(path) holds things that no quickstart made; name another folder with --data"
            #expect(throws: CommandFailure(message, exitCode: .outputFailed)) { try QuickstartFolder(path).prepare() }
            #expect(FileManager.default.fileExists(atPath: file))
        }
    }
}
