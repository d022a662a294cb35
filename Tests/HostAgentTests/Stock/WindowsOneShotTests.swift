import AWSSignature
import AgentProtocol
import Foundation
import HostAgent
import TestSupport
import Testing
import Time

/// The one-shot of Windows hosts, compiled and run by Mono, against a control plane over HTTP.
@Suite("The one-shot for Windows", .timeLimit(.minutes(20)), .enabled(if: MonoHost.isPossible))
struct WindowsOneShotTests {
    @Test("installs, ends with 3010, and proves the reboot at its next start with the credentials that are there then")
    func wholeLife() async throws {
        try await MonoHost.with([.cumulative, .plain]) { host, plane in
            try await plane.offer(Orders.installNow([.cumulative, .plain]))
            let first = try await host.start(at: plane)
            #expect(first.status == MonoHost.reboot && first.output.contains("exit status 3010"), "\(first)")
            let before = try host.bootID
            try await host.reboot()
            let next = AWSCredentials(accessKeyID: "RMRC2", secretAccessKey: "other", sessionToken: "newer")
            await plane.give(next)
            let second = try await host.start(at: plane, by: next)
            #expect(second.status == 0, "\(second)")
            let result = try #require(await plane.installed, "\(second)")
            #expect(result.patches.map(\.state) == [.installed, .installed])
            #expect(result.reboot?.outcome == .confirmed && result.reboot?.before.bootID == before)
            #expect(try result.reboot?.after == BootFacts(bootID: host.bootID, kernel: "10.0.20348.2450"))
            let facts = await plane.reports.map { "\($0.sequence) \($0.fact)".prefix(8) }
            #expect(facts == ["1 accepte", "2 install", "3 rebooti", "4 verifyi", "5 install"].map { $0.prefix(8) })
            #expect(try host.installs == ["5036909", "5039217"])
            #expect(await plane.complaints.isEmpty)
        }
    }

    @Test("tells the inventory that our agent would tell of the host")
    func inventory() async throws {
        var (hidden, definition) = (MonoHost.Update("5000001"), MonoHost.Update("5000002"))
        (hidden.isHidden, definition.state) = (true, .installed)
        var pending = MonoHost.Update.cumulative
        (pending.state, pending.title) = (.pending, "2026-01 Cumulative Update 'A & B' (20348.2500)")
        try await MonoHost.with([hidden, definition, pending, .plain]) { host, plane in
            try await plane.offer(Orders.scan().inTime)
            let run = try await host.start(at: plane)
            #expect(run.status == 0, "\(run)")
            guard case .scanned(let digest) = await plane.reports.last?.fact,
                let told = await plane.inventories[digest]
            else {
                Issue.record("\(run), \(await plane.reports)")
                return
            }
            #expect(digest == SignatureV4.payloadHash(told))
            let folder = try TemporaryFolder()
            let script = PowerShell(file: folder.path + "/windows-update.ps1", command: host.conversation)
            let ours = try await WindowsUpdate(folder: folder.path, script: script).inventory()
            #expect(try JSONDecoder().decode(Inventory.self, from: Data(told)) == ours)
        }
    }

    @Test("does nothing of an order that is forged, for another host, or out of its times, and says why")
    func refusals() async throws {
        try await MonoHost.with([.plain]) { host, plane in
            for (index, (reason, order)) in Self.wrong.enumerated() {
                var order = order
                order.id = "rollout-1#\(index)#1"
                var envelope = try plane.signer.sign(order)
                // Once by another key, once with another content.
                if index == 5 { envelope = try OrderSigner().sign(order) }
                if index == 6 { envelope.payload = envelope.payload.replacing("\"if-needed\"", with: "\"never\"") }
                await plane.offer(envelope)
                let run = try await host.start(at: plane)
                let told = await plane.reports.last { $0.order == order.id }?.fact
                guard case .refused(reason, _) = told else {
                    Issue.record("\(reason): \(run), \(String(describing: told))")
                    continue
                }
            }
            #expect(try host.installs.isEmpty)
        }
    }

    @Test("answers an order that it has ended with its end, and refuses one from before it")
    func replays() async throws {
        try await MonoHost.with([.plain]) { host, plane in
            let order = Orders.installNow([.plain])
            try await plane.offer(order)
            #expect(try await host.start(at: plane).status == 0)
            let ends = await plane.reports.count
            try await plane.offer(order)
            let again = try await host.start(at: plane)
            #expect(again.status == 0 && again.output.contains("its result is sent again"), "\(again)")
            #expect(await plane.reports.count == ends)
            #expect(await plane.complaints.isEmpty)
            var older = order
            (older.id, older.issued) = ("rollout-0#0#1", order.issued - .seconds(601))
            try await plane.offer(older)
            let replayed = try await host.start(at: plane)
            guard case .refused(.replayed, _) = await plane.reports.last?.fact else {
                Issue.record("\(replayed), \(await plane.reports)")
                return
            }
            #expect(try host.installs == ["5039217"])
        }
    }

    @Test("installs what can be, and tells of each other update why it is not there")
    func partial() async throws {
        var (failing, asking, hidden) = (Self.update(1), Self.update(2), Self.update(3))
        (failing.fails, asking.canAsk, hidden.isHidden) = ("0x80070643", true, true)
        var superseded = Self.update(4)
        superseded.revision = 201
        let there = [failing, asking, hidden, superseded, .plain]
        superseded.revision = 200
        let ordered = [failing, asking, hidden, superseded, .plain]
        try await MonoHost.with(there) { host, plane in
            try await plane.offer(Orders.installNow(ordered))
            let run = try await host.start(at: plane)
            #expect(run.status == 0, "\(run)")
            guard case .failed(_, let detail, .some, let results) = await plane.reports.last?.fact else {
                Issue.record("\(run), \(await plane.reports)")
                return
            }
            #expect(results.map(\.failure) == [.script, .conflict, .conflict, .vanishedVersion, nil])
            #expect(results.map(\.state) == [.failed, .failed, .failed, .failed, .installed])
            #expect(detail.contains("0x80070643") && detail.contains("may ask a person"), "\(detail)")
        }
    }

    @Test("does not believe Windows that an update is installed which the reboot took back")
    func rolledBack() async throws {
        var update = MonoHost.Update.cumulative
        update.isRolledBack = true
        try await MonoHost.with([update]) { [update] host, plane in
            try await plane.offer(Orders.installNow([update]))
            #expect(try await host.start(at: plane).status == MonoHost.reboot)
            try await host.reboot()
            let run = try await host.start(at: plane)
            guard case .failed(.script, let detail, .some, let results) = await plane.reports.last?.fact else {
                Issue.record("\(run), \(await plane.reports)")
                return
            }
            #expect(detail.contains("rolled back") && results.map(\.state) == [.failed], "\(detail)")
        }
    }

    @Test("asks again for a reboot that did not come, and gives it up after six")
    func sameBoot() async throws {
        try await MonoHost.with([.cumulative]) { host, plane in
            try await plane.offer(Orders.installNow([.cumulative]))
            for _ in 1...6 { #expect(try await host.start(at: plane).status == MonoHost.reboot) }
            let run = try await host.start(at: plane)
            guard case .failed(.rebootFailed, _, _, _) = await plane.reports.last?.fact else {
                Issue.record("\(run), \(await plane.reports)")
                return
            }
            #expect(try host.installs == ["5036909"])
        }
    }

    @Test("believes its first order key, and another when that has signed it over")
    func keys() async throws {
        try await MonoHost.with([.plain]) { host, plane in
            #expect(try await host.start(at: plane).status == 0)
            let next = OrderSigner()
            let stranger = try await host.start(at: plane, orderKey: next.publicKey)
            #expect(stranger.status == 1 && stranger.errors.contains("was first given"), "\(stranger)")
            let statement = try plane.signer.state(1, [plane.signer, next])
            let history = try JSONEncoder().encode(OrderKeyHistory(statements: [statement]))
            await plane.answerNext(.init(status: 200, body: String(decoding: history, as: UTF8.self)))
            await plane.offer(try next.sign(Orders.installNow([.plain])))
            let known = try await host.start(at: plane, orderKey: next.publicKey)
            #expect(known.status == 0, "\(known)")
            #expect(try host.installed == ["5039217"])
        }
    }

    @Test("asks again where the control plane is not there, and does nothing where that does not know it")
    func outage() async throws {
        try await MonoHost.with([.plain]) { host, plane in
            try await plane.offer(Orders.installNow([.plain]))
            let wrong = AWSCredentials(accessKeyID: "RMRC1", secretAccessKey: "wrong", sessionToken: "token")
            let unsigned = try await host.start(at: plane, by: wrong)
            #expect(try unsigned.status == 1 && host.installs.isEmpty, "\(unsigned)")
            for _ in 1...3 { await plane.answerNext(.init(status: 503)) }
            let run = try await host.start(at: plane)
            #expect(run.status == 0 && run.output.contains("asking again"), "\(run)")
            #expect(await plane.installed != nil)
        }
    }

    // MARK: - Given

    /// Orders to refuse; the last two are good, and what is wrong is their signature.
    private static var wrong: [(RefusalReason, Order)] {
        let good = Orders.installNow([.plain])
        var (foreign, expired, early, late, newer) = (good, good, good, good, good)
        foreign.node = "mi-other"
        expired.expires = SystemClock.now() - .seconds(1)
        early.window.opens = SystemClock.now() + .seconds(3_600)
        late.window.cutoff = SystemClock.now() - .seconds(1)
        newer.version = 3
        return [
            (.otherNode, foreign), (.expired, expired), (.windowNotOpen, early), (.pastCutoff, late),
            (.unknownVersion, newer), (.badSignature, good), (.badSignature, good),
        ]
    }

    private static func update(_ number: Int) -> MonoHost.Update { MonoHost.Update("500000\(number)") }
}
