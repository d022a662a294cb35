import AgentProtocol
import Foundation
import HostAgent
import Subprocess
import Testing
import Time

/// CAP_SYS_ADMIN: root in a container often lacks it.
private let mayMount: Bool = {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
    let capabilities = line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } ?? 0
    return capabilities & 1 << 21 != 0
}()

@Suite("The ledger", .timeLimit(.minutes(10)))
struct LedgerTests {
    private let folder: TemporaryFolder
    private let signer = OrderSigner()

    init() throws { folder = try TemporaryFolder() }

    @Test("is after a restart what it was before")
    func restart() async throws {
        let before = try await ledger(folder.path)
        let order = Orders.install([Orders.patch("web", "2.0")])
        _ = try await before.receive(try signer.sign(order))
        for event in [HostRunEvent.accepted, .observed(.refreshed), .installing([])] { try await before.record(event) }
        let after = try await ledger(folder.path)
        #expect(await after.activeRun == before.activeRun)
        #expect(await after.outbox == before.outbox)
        #expect(await after.outbox.map(\.sequence) == [1, 2])
    }

    @Test("forgets a settled order's steps, not its end")
    func compacts() async throws {
        let ledger = try await ledger(folder.path)
        for number in 1...90 {
            _ = try await ledger.receive(try signer.sign(Orders.scan(id: "o\(number)")))
            try await ledger.record(.accepted)
            try await ledger.record(.ended(.scanned(inventory: "d")))
            try await ledger.acknowledge(await ledger.outbox)
        }
        let size = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/journal")).count
        #expect(size < 90_000, "\(size) bytes")
        let again = try await self.ledger(folder.path)
        guard case .repeated = try await again.receive(try signer.sign(Orders.scan(id: "o1"))) else {
            Issue.record("the first order would run again")
            return
        }
    }

    @Test("on a full disk says so, does nothing, and goes on when there is space", .enabled(if: mayMount))
    func fullDisk() async throws {
        let disk = folder.path + "/disk"
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        try await Self.run("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk])
        do {
            try await fill(disk)
        } catch {
            Issue.record(error)
        }
        try await Self.run("umount", [disk])
    }

    private func fill(_ disk: String) async throws {
        let ledger = try await ledger(disk)
        _ = try await ledger.receive(try signer.sign(Orders.install([])))
        let ballast = disk + "/ballast"
        _ = FileManager.default.createFile(atPath: ballast, contents: Data(count: 56 << 10))
        var failure: JournalFailure?
        var written = 0
        while failure == nil, written < 10_000 {
            do {
                try await ledger.record(.observed(.stillRunning(detail: String(repeating: "x", count: 100))))
                written += 1
            } catch {
                failure = error
            }
        }
        #expect(failure?.description.contains("No space left on device; free some space there and it goes on") == true)
        #expect(try FramedFile.peek(disk + "/journal").count == written + 1)

        try FileManager.default.removeItem(atPath: ballast)
        try await ledger.record(.accepted)
        #expect(await ledger.activeRun == (try await self.ledger(disk)).activeRun)
        #expect(try FramedFile.peek(disk + "/journal").count == written + 2)
    }

    // MARK: - Given

    private func ledger(_ folder: String) async throws -> Ledger {
        let ledger = Ledger(file: FramedFile(path: folder + "/journal"), gate: signer.gate(), now: { Orders.start })
        try await ledger.load()
        return ledger
    }

    private static func run(_ tool: String, _ arguments: [String]) async throws {
        let result = try await Subprocess.run(.name(tool), arguments: Arguments(arguments), output: .discarded)
        try #require(result.terminationStatus.isSuccess, "\(tool) \(arguments): \(result.terminationStatus)")
    }
}
