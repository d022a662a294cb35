import AgentProtocol
import Foundation
import LocalFleet
import Synchronization
import Testing

@testable import HostAgent

@Suite("A full boot folder", .timeLimit(.minutes(10)))
struct BootSpaceTests {
    private let folder: TemporaryFolder
    private var root: String { folder.path }

    init() throws {
        folder = try TemporaryFolder()
        for kernel in ["6.1.0-9-amd64", "6.1.0-10-amd64", "6.1.0-20-amd64", "6.1.0-30-amd64", "6.1.0-15-cloud-amd64"] {
            try write("kernel", to: "/boot/vmlinuz-\(kernel)")
            try write("initial", to: "/boot/initrd.img-\(kernel)")
        }
    }

    @Test("gives up old kernels, and neither the one that runs, nor the newest, nor the one that boots next")
    func dispensable() async throws {
        let remover = Remover()
        try write("GRUB_DEFAULT=saved\n", to: "/etc/default/grub")
        try write("# GRUB Environment Block\nsaved_entry=0a1b-6.1.0-10-amd64\n", to: "/boot/grub/grubenv")
        let check = check(running: "6.1.0-20-amd64", remover, free: 10)
        #expect(try check.findings().map(\.isRepairable) == [true])
        _ = try await check.repair()
        #expect(remover.removed == ["6.1.0-9-amd64"])
        #expect(try self.check(running: "6.1.0-20-amd64", remover, free: 13).findings() == [])
    }

    @Test("gives up nothing when nobody knows what boots next or runs", arguments: [true, false])
    func unknown(isRunningKnown: Bool) throws {
        try write("GRUB_DEFAULT=\"1>2\"\n", to: "/etc/default/grub")
        let running = isRunningKnown ? "6.1.0-20-amd64" : nil
        let findings = try check(running: running, Remover(), free: 0).findings()
        #expect(findings.map(\.isRepairable) == [false])
        // A kernel that is not in the folder is another system's.
        try FileManager.default.removeItem(atPath: root + "/etc/default/grub")
        #expect(try check(running: "6.8.0-1-amd64", Remover(), free: 0).findings().map(\.isRepairable) == [false])
    }

    @Test("Their packages go, and nothing that needs them")
    func packages() async throws {
        let host = try await AptHost(
            installed: [
                LocalPackage("linux-image-6.1.0-9-amd64", "6.1.9"),
                LocalPackage("linux-image-6.1.0-10-amd64", "6.1.10"),
                LocalPackage("driver", "1", depends: "linux-image-6.1.0-10-amd64"),
            ],
            updates: []
        )
        try await host.apt.remove(kernels: ["6.1.0-9-amd64"])
        #expect(try await host.host.installedVersions().keys.sorted() == ["driver", "linux-image-6.1.0-10-amd64"])
        let failure = await #expect(throws: StepFailure.self) { try await host.apt.remove(kernels: ["6.1.0-10-amd64"]) }
        #expect(failure?.kind == .conflict && failure?.detail.contains("driver") == true)
        #expect(try await host.host.installedVersions().count == 2)
    }

    // MARK: - Given

    private final class Remover: KernelRemover {
        private let noted = Mutex<[String]>([])

        var removed: [String] { noted.withLock { $0 } }

        func remove(kernels: [String]) async throws(StepFailure) { noted.withLock { $0 += kernels } }
    }

    private func check(running: String?, _ remover: Remover, free: Int64) -> BootSpaceCheck {
        BootSpaceCheck(root: root, running: running, remover: remover) { _ throws(FileFailure) in
            FileSystemSpace(device: 1, freeBytes: free, freeInodes: nil)
        }
    }

    private func write(_ text: String, to path: String) throws {
        let url = URL(fileURLWithPath: root + path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }
}
