import Foundation
import HostAgent
import Testing

@Suite("The journal file")
struct FramedFileTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path + "/journal"
    }

    @Test("gives back its lines in order")
    func order() throws {
        var file = FramedFile(path: path)
        #expect(try file.load().isEmpty)
        for line in lines { try file.append(line) }
        #expect(try FramedFile.peek(path) == lines)
        var other = FramedFile(path: path)
        #expect(try other.load() == lines)
    }

    @Test("torn at any byte keeps the whole lines and goes on behind them")
    func torn() throws {
        var file = FramedFile(path: path)
        for line in lines { try file.append(line) }
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let last = lines[lines.count - 1].count + 18
        for cut in 1...last {
            try whole.dropLast(cut).write(to: URL(fileURLWithPath: path))
            var torn = FramedFile(path: path)
            #expect(try torn.load() == Array(lines.dropLast()), "cut \(cut)")
            try torn.append(Array("next".utf8))
            #expect(try FramedFile.peek(path) == lines.dropLast() + [Array("next".utf8)], "cut \(cut)")
        }
    }

    @Test("with a damaged line before whole ones says where and does not guess")
    func damaged() throws {
        var file = FramedFile(path: path)
        for line in lines { try file.append(line) }
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[20] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        var damaged = FramedFile(path: path)
        let failure = #expect(throws: JournalFailure.self) { try damaged.load() }
        #expect(failure?.description.contains("is damaged at line 1") == true)
    }

    @Test("taken away or cut under a running agent is told, and not filled up")
    func removed() throws {
        var file = FramedFile(path: path)
        for line in lines { try file.append(line) }
        try Data("short".utf8).write(to: URL(fileURLWithPath: path))
        let failure = #expect(throws: JournalFailure.self) { try file.append(lines[0]) }
        #expect(failure?.description.contains("was removed or cut while the agent runs") == true)
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: JournalFailure.self) { try file.append(lines[0]) }
        #expect(try FramedFile.peek(path).isEmpty)
    }

    @Test("is replaced as a whole")
    func replaced() throws {
        var file = FramedFile(path: path)
        for line in lines { try file.append(line) }
        try file.replace(with: [Array("kept".utf8)])
        try file.append(Array("more".utf8))
        #expect(try FramedFile.peek(path) == [Array("kept".utf8), Array("more".utf8)])
    }

    @Test("is for the agent's eyes only")
    func mode() throws {
        var file = FramedFile(path: path)
        try file.append(lines[0])
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    private var lines: [[UInt8]] { ["one", "two two", #"{"three":3}"#].map { Array($0.utf8) } }
}
