import AgentProtocol
import Testing
import Time

@testable import HostAgent

@Suite("Memory of failed Windows updates")
struct InstallMemoryTests {
    private let update = UpdateIdentity(id: "33a64099-ba99-4e7f-a2d7-cf7d7fc4029f", revision: 200)
    private let start = Orders.start
    private let boot = BootFacts(bootID: "boot 7", kernel: "10.0.20348.2340")

    @Test("each failure is left alone for longer, and the third blocks the update")
    func backOff() {
        var memory = InstallMemory()
        #expect(memory.obstacle(update, at: start) == nil)
        memory.note(update, failed: "0x80070643", at: start)
        #expect(memory.obstacle(update, at: start + .seconds(3_599)) != nil)
        #expect(memory.obstacle(update, at: start + .seconds(3_600)) == nil)
        memory.note(update, failed: "0x80070643", at: start)
        #expect(memory.obstacle(update, at: start + .seconds(86_399)) != nil)
        #expect(memory.obstacle(update, at: start + .seconds(86_400)) == nil)
        memory.note(update, failed: "0x80070643", at: start)
        #expect(memory.block(update) == "0x80070643, 3 times")
        #expect(memory.obstacle(update, at: start + .seconds(86_400 * 365)) != nil)
    }

    @Test("failures of different kinds, of other revisions, and those before a success do not add up")
    func apart() {
        var memory = InstallMemory()
        memory.note(update, failed: "0x80070643", at: start)
        memory.note(update, failed: "0x800F0922", at: start)
        memory.note(update, failed: "0x80070643", at: start)
        #expect(memory.block(update) == nil)
        #expect(memory.obstacle(UpdateIdentity(id: update.id, revision: 201), at: start) == nil)
        memory.forget(update)
        #expect(memory == InstallMemory())
    }

    @Test("an update that a boot did not bring was rolled back, until the build moves")
    func rollback() {
        var memory = InstallMemory()
        memory.expect(update, from: boot)
        memory.settle(in: boot, codes: [:], at: start)
        #expect(!memory.isRolledBack(update))
        memory.settle(in: BootFacts(bootID: "boot 8", kernel: boot.kernel), codes: [:], at: start)
        #expect(memory.isRolledBack(update))
        let end = start + .seconds(3_600)
        #expect(memory.obstacle(update, at: start) == "left alone until \(end) after \(InstallMemory.rolledBack)")
        memory.settle(in: BootFacts(bootID: "boot 9", kernel: "10.0.20348.2402"), codes: [:], at: start)
        #expect(memory == InstallMemory())
    }

    @Test("a boot that brings another build proves the update, and Windows' own code tells why it did not")
    func proof() {
        var memory = InstallMemory()
        memory.expect(update, from: boot)
        var failed = memory
        memory.settle(in: BootFacts(bootID: "boot 8", kernel: "10.0.20348.2402"), codes: [:], at: start)
        #expect(memory == InstallMemory())
        let code = HResult(0x800F_0922)
        failed.settle(in: BootFacts(bootID: "boot 8", kernel: boot.kernel), codes: [update: code], at: start)
        #expect(failed.failures.map(\.code) == ["0x800F0922"])
        #expect(failed.isRolledBack(update))
    }

    @Test("remembers no more than it can hold")
    func bounded() {
        var memory = InstallMemory()
        for revision in 0..<600 {
            let update = UpdateIdentity(id: update.id, revision: revision)
            memory.note(update, failed: "0x80070643", at: start)
            memory.expect(update, from: boot)
        }
        #expect(memory.failures.count == 500 && memory.pending.count == 500)
        #expect(memory.failures.last?.update.revision == 599)
    }
}

@Suite("Identities of Windows updates")
struct UpdateIdentityTests {
    @Test("are read as they are written")
    func roundTrip() {
        let text = "33a64099-ba99-4e7f-a2d7-cf7d7fc4029f.200"
        #expect(UpdateIdentity(text)?.description == text)
        #expect(UpdateIdentity(text.uppercased())?.description == text)
    }

    @Test(
        "nothing else is one",
        arguments: [
            "", "KB5036909", "33a64099-ba99-4e7f-a2d7-cf7d7fc4029f", "33a64099-ba99-4e7f-a2d7-cf7d7fc4029f.-1",
            "33a64099ba994e7fa2d7cf7d7fc4029f.200", "33a64099-ba99-4e7f-a2d7-cf7d7fc4029' or 1=1.2",
        ]
    )
    func others(text: String) { #expect(UpdateIdentity(text) == nil) }
}
