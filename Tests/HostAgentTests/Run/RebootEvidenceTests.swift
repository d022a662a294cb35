import AgentProtocol
import Foundation
import HostAgent
import Testing

@Suite("The verdict on a reboot")
struct RebootEvidenceTests {
    private let before = BootFacts(bootID: "one", kernel: "6.1.0-55-amd64")

    private func evidence(
        boot: String = "two",
        kernel: String = "6.1.0-56-amd64",
        isKernelOrdered: Bool = true,
        losses: [String] = []
    ) -> RebootEvidence {
        RebootEvidence(
            before: before,
            after: BootFacts(bootID: boot, kernel: kernel),
            expectedKernel: "6.1.0-56-amd64",
            isKernelOrdered: isKernelOrdered,
            losses: losses
        )
    }

    @Test("is confirmed in another boot with the kernel that should run and all that was there")
    func confirmed() {
        #expect(evidence().outcome == .confirmed)
        #expect(evidence().missing == [])
        // The host of a container may bring a newer one.
        #expect(evidence(kernel: "6.12.9").outcome == .confirmed)
    }

    @Test("orders the kernels of rpms as rpm does")
    func rpmKernels() throws {
        let (first, update) = ("4.18.0-553.el8_10.x86_64", "4.18.0-553.5.1.el8_10.x86_64")
        #expect(InstalledKernels.isOlder(first, than: update))
        #expect(!InstalledKernels.isOlder(update, than: first))
        #expect(InstalledKernels.isOlder(first + "+debug", than: update + "+debug"))
        let folder = try TemporaryFolder()
        for kernel in [first, update, update + "+debug"] {
            try Data().write(to: URL(fileURLWithPath: "\(folder.path)/vmlinuz-\(kernel)"))
        }
        #expect(try InstalledKernels.newest(insteadOf: first, in: folder.path) == update)
        #expect(try InstalledKernels.newest(insteadOf: update, in: folder.path) == nil)
    }

    @Test("names what is missing")
    func missing() {
        #expect(evidence(boot: "one").outcome == .sameBoot)
        let old = evidence(kernel: "2.6.78", losses: ["/srv is not mounted"])
        #expect(old.outcome == .oldKernel)
        #expect(old.missing == ["kernel 6.1.0-56-amd64 does not run, 2.6.78 does", "/srv is not mounted"])
        #expect(evidence(losses: ["/srv is not mounted"]).outcome == .degraded)
        let many = evidence(losses: (1...40).map { "loss \($0)" }).missing
        #expect(many.count == RebootEvidence.maximumMissing + 1 && many.last == "8 more")
    }

    @Test("takes a loss for worse than an old kernel that nobody ordered away")
    func worse() {
        #expect(evidence(kernel: "6.1.0-55-amd64", isKernelOrdered: false).outcome == .oldKernel)
        #expect(evidence(kernel: "6.1.0-55-amd64", isKernelOrdered: false, losses: ["x"]).outcome == .degraded)
    }

    @Test("is confirmed if and only if nothing speaks against it, whatever the evidence", arguments: 0..<200)
    func properties(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let kernels = ["6.1.0-55-amd64", "6.1.0-56-amd64", "6.1.0-57-amd64"]
        let evidence = RebootEvidence(
            before: before,
            after: BootFacts(
                bootID: random.oneIn(3) ? "one" : "two",
                kernel: kernels.randomElement(using: &random) ?? ""
            ),
            expectedKernel: kernels.randomElement(using: &random) ?? "",
            pendingKernel: random.oneIn(3) ? "6.1.0-58-amd64" : nil,
            isKernelOrdered: random.oneIn(2),
            losses: (0..<Int.random(in: 0...40, using: &random)).map { "loss \($0)" }
        )
        #expect((evidence.outcome == .confirmed) == evidence.missing.isEmpty, "seed \(seed)")
        #expect((evidence.outcome == .sameBoot) == (evidence.after.bootID == "one"), "seed \(seed)")
        #expect(evidence.missing.count <= RebootEvidence.maximumMissing + 1, "seed \(seed)")
        if evidence.outcome == .degraded { #expect(!evidence.losses.isEmpty, "seed \(seed)") }
    }

    @Test("compares what a host offers with what it offered")
    func losses() {
        let socket = ListeningSocket(address: "10.0.0.5", port: 80, program: "nginx")
        let before = HostCondition(failedUnits: ["old.service"], sockets: [socket], mounts: ["/", "/srv"])
        #expect(before.losses(since: before) == [])
        let after = HostCondition(failedUnits: ["new.service", "old.service"], sockets: [], mounts: ["/"])
        #expect(
            after.losses(since: before) == [
                "new.service has failed", "nothing listens on 10.0.0.5:80 (nginx)", "/srv is not mounted",
            ]
        )
        #expect(HostCondition().losses(since: before) == [])
        #expect(after.losses(since: HostCondition()) == [])
        for address in ["0.0.0.0", "[::]"] {
            let other = ListeningSocket(address: address, port: 80, program: "caddy")
            #expect(HostCondition(sockets: [other]).losses(since: before) == [], "\(address)")
        }
        let elsewhere = ListeningSocket(address: "127.0.0.1", port: 80)
        #expect(HostCondition(sockets: [elsewhere]).losses(since: before).count == 1)
    }
}
