import Foundation
import HostAgent
import Subprocess
import Testing

@Suite("Outputs on the host", .timeLimit(.minutes(10)))
struct OutputStoreTests {
    private let folder: TemporaryFolder
    private let store: OutputStore

    init() throws {
        folder = try TemporaryFolder()
        store = try OutputStore(folder: folder.path + "/outputs")
    }

    @Test("are kept compressed and without secrets until they are sent, and are told again when they change")
    func kept() async throws {
        let text = "Get https://u:p@host/\n\u{1b}[1m" + String(repeating: "line\n", count: 100_000)
        try store.keep(Array(text.utf8), of: "c/1#0#1", named: "apt")
        let pending = try store.pending()
        #expect(pending.map(\.order) == ["c/1#0#1"] && pending.map(\.name) == ["apt"])
        let content = try #require(try store.content(of: pending[0]))
        #expect(content.count < text.utf8.count / 50)
        let plain = try await gunzip(content)
        #expect(plain.hasPrefix("Get https://***@host/\n?[1mline\n"))
        #expect(plain.utf8.count == text.utf8.count)

        try store.settle(pending[0])
        #expect(try store.pending().isEmpty)
        try store.keep(Array("more".utf8), of: "c/1#0#1", named: "apt")
        #expect(try store.pending() == pending)
    }

    @Test("of the oldest orders give way")
    func swept() throws {
        for index in 0..<(OutputStore.maximumOrders + 3) {
            try store.keep([UInt8(ascii: "x")], of: "order \(index)", named: "apt")
            // Folders of one second are told apart by their names otherwise.
            let path = folder.path + "/outputs/order%20\(index)"
            let date = Date(timeIntervalSince1970: Double(1_000 + index))
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
        }
        let orders = Set(try store.pending().map(\.order))
        #expect(orders.count == OutputStore.maximumOrders)
        #expect(!orders.contains("order 2") && orders.contains("order 3"))
    }

    @Test("of several runs come one after the other, each behind its command")
    func runs() async throws {
        let apt = try await AptHost(installed: [], updates: [])
        try await apt.apt.refresh()
        try await apt.apt.refresh()
        let log = try #require(apt.apt.logs.first)
        let text = String(decoding: try log.content(), as: UTF8.self)
        #expect(text.matches(of: #/(?m)^==> \d{4}-\S+Z apt-get .* update$/#).count == 2)
        #expect(text.matches(of: #/Reading package lists/#).count == 2)
        try log.clear()
        #expect(try log.content().isEmpty)
    }

    private func gunzip(_ bytes: [UInt8]) async throws -> String {
        let path = folder.path + "/text.gz"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let result = try await Subprocess.run(
            .name("gzip"),
            arguments: ["--decompress", "--stdout", path],
            output: .string(limit: 1 << 20),
            error: .discarded
        )
        try #require(result.terminationStatus.isSuccess)
        return result.standardOutput
    }
}
