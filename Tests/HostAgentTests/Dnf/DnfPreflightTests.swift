import AgentProtocol
import Foundation
import Testing

@testable import HostAgent

/// What is looked at before anything is changed on a host with dnf.
@Suite("Preflight on dnf", .timeLimit(.minutes(10)))
struct DnfPreflightTests {
    private let kernel = RPMPackage("kernel-core", "6.1.12-17", provides: "installonlypkg(kernel)")
    private let newKernel = RPMPackage(
        "kernel-core",
        "6.1.100-1",
        provides: "installonlypkg(kernel), kernel-uname-r = 6.1.100-1"
    )

    @Test("an install for which there is no room fetches and changes nothing and tells the figures")
    func space() async throws {
        let web = (RPMPackage("acme-web", "1.0-1"), RPMPackage("acme-web", "1.0-2"))
        let host = try await DnfHost(installed: [web.0, kernel], updates: [web.1, newKernel])
        try Self.grow(host.root + "/boot/initramfs-6.1.12-17.img", to: 8 << 40)
        let fact = try await host.run(Orders.install([Orders.rpm(web.1), Orders.rpm(newKernel)]))
        guard case .failed(.disk, let detail, _, _)? = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(detail.contains("no room for 2 packages") && detail.contains(" MiB needed, "), "\(detail)")
        #expect(detail.contains(host.root + "/boot"))
        #expect(try await host.installed() == ["acme-web 1.0-1", "kernel-core 6.1.12-17"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: host.archives).allSatisfy { !$0.hasSuffix(".rpm") })
    }

    @Test("a kernel needs the room of the largest one that is there, but for rescue")
    func kernels() async throws {
        let host = try await DnfHost(installed: [kernel], updates: [newKernel])
        let sizes = ["vmlinuz-6.1.12-17": 1_000, "initramfs-6.1.12-17.img": 5_000, "initramfs-0-rescue-1.img": 9_000]
        for (name, size) in sizes { try Self.grow("\(host.root)/boot/\(name)", to: size) }
        try await host.dnf.refresh()
        let options = ["--setopt=best=True"]
        let changes: [Dnf.SizedChange] = try await host.dnf.ask("plan", options, ["upgrade"])
        let space = host.dnf.space(of: changes)
        let demands = try space.demands(root: host.root, archives: host.archives)
        #expect(demands.first { $0.folder == host.root + "/boot" }?.bytes == 6_000)
        let size = try #require(demands.first { $0.folder == host.archives }?.bytes)
        #expect(size > 0 && space.packages == 1)

        // What was fetched before needs no room.
        try Self.grow("\(host.archives)/\(newKernel.fileName)", to: Int(size) - 1)
        #expect(host.dnf.space(of: changes).archiveBytes == size, "it is cut off")
        try Self.grow("\(host.archives)/\(newKernel.fileName)", to: Int(size))
        #expect(host.dnf.space(of: changes).archiveBytes == 0)
    }

    @Test("what repositories say of sizes does not overflow")
    func bounds() async throws {
        let host = try await DnfHost(installed: [kernel])
        let change = Dnf.SizedChange(
            action: .install,
            archiveBytes: .max,
            installedBytes: .max,
            replacedBytes: .min,
            isKernel: false
        )
        let space = host.dnf.space(of: Array(repeating: change, count: 1_000))
        #expect(space.archiveBytes == 1_000 << 44)
        #expect(throws: StepFailure.self) { try space.check(root: host.root, archives: host.archives) }
    }

    /// A file of that size that takes no room.
    private static func grow(_ path: String, to size: Int) throws {
        try Data().write(to: URL(fileURLWithPath: path))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.truncate(atOffset: UInt64(size))
        try file.close()
    }
}
