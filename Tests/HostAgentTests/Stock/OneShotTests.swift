import AgentProtocol
import HostAgent
import Testing
import Time

/// The one-shot as its stock agent starts it, with a host and a control plane in memory and a journal on the disk.
@Suite("The one-shot agent", .timeLimit(.minutes(10)))
struct OneShotTests {
    private let signer = OrderSigner()

    @Test("carries the order out, asks for the reboot, and after it proves it and ends")
    func wholeLife() async throws {
        let (host, link) = (try host(), try link())
        #expect(try await host.start(link) == .reboot)
        #expect(Self.words(await link.reports) == ["accepted", "installing", "rebooting"])
        host.reboot()
        #expect(try await host.start(link) == .done)
        guard case .installed(let result) = await link.end else {
            Issue.record("\(await link.reports)")
            return
        }
        #expect(result.patches.map(\.state) == [.installed])
        #expect(result.reboot?.outcome == .confirmed)
        #expect(host.trace == ["before-install", "install", "after-install", "reboot", "after-reboot", "on-exit"])
        #expect(await link.boots.map(\.outcome) == [.announced, .confirmed])
    }

    @Test("started once more has nothing to do, and does nothing")
    func again() async throws {
        let (host, link) = (try host(), try link())
        _ = try await host.start(link)
        host.reboot()
        _ = try await host.start(link)
        let (trace, reports) = (host.trace, await link.reports)
        #expect(try await host.start(link) == .done)
        #expect(host.trace == trace)
        #expect(await link.reports == reports)
    }

    @Test("killed at any line of its journal goes on at the next start, and ends as one that went through")
    func kills() async throws {
        let (reference, whole) = (try host(), try link())
        #expect(try await reference.start(whole) == .reboot)
        let first = try FramedFile.peek(reference.journal).count
        reference.reboot()
        #expect(try await reference.start(whole) == .done)
        let lines = try FramedFile.peek(reference.journal).count
        try #require(first > 20 && lines > first + 10, "\(first) and \(lines) lines")
        let facts = await whole.reports.map(\.fact)
        for number in 1...lines {
            for moment in DyingFile.Moment.allCases {
                let (host, link) = (try host(), try link())
                let starts = try await Self.startUntilDone(host, link, killedAt: number, moment)
                let note = Comment(rawValue: "killed \(moment) line \(number), \(starts) starts")
                #expect(await link.reports.map(\.fact) == facts, note)
                #expect(host.trace.count { $0 == "install" } <= 2 && host.facts.bootID == "boot-2", note)
            }
        }
    }

    @Test("finds that the reboot did not happen by the boot it is still in, and gives up after six")
    func sameBoot() async throws {
        let (host, link) = (try host(), try link())
        var reboots = 0
        while try await host.start(link) == .reboot, reboots < 20 { reboots += 1 }
        #expect(reboots == 6)
        guard case .failed(.rebootFailed, let detail, _, _) = await link.end else {
            Issue.record("\(await link.reports)")
            return
        }
        #expect(detail.contains("still in boot boot-1 after 6 reboot commands"))
    }

    @Test("asks again where the control plane does not answer at first")
    func silence() async throws {
        let (host, link) = (try host(asksForReboot: false), try link(silence: 2))
        #expect(try await host.start(link) == .done)
        #expect(host.trace.contains("install"))
    }

    @Test("refuses another order key than its first, unless one that it trusts has signed it over")
    func keys() async throws {
        let next = OrderSigner()
        let other = try StockHost(HookedHost(), signer: signer, key: next.publicKey)
        let stranger = try link()
        await #expect(throws: AgentFailure.self) { try await other.start(stranger) }
        let (polls, questions) = (await stranger.polls, await stranger.keyQuestions)
        #expect(polls == 0 && questions == 1)
        #expect(other.trace.isEmpty)

        let history = OrderKeyHistory(statements: [try signer.state(1, [next])])
        let successor = try link(signedBy: next, history: history)
        let host = try StockHost(HookedHost(), signer: signer, key: next.publicKey)
        #expect(try await host.start(successor) == .done)
        #expect(host.trace.contains("install"))
        // A message of before the change of keys names the first one.
        let former = try StockHost(HookedHost(), signer: signer)
        #expect(try await former.start(try link(signedBy: next, history: history)) == .done)
    }

    @Test("does nothing that is not signed, says so, and does not ask for ever")
    func forged() async throws {
        let host = try host()
        let link = try link(signedBy: OrderSigner())
        #expect(try await host.start(link) == .done)
        guard case .refused(.badSignature, _) = await link.end else {
            Issue.record("\(await link.reports)")
            return
        }
        let deaf = try self.link(signedBy: OrderSigner(), isDeaf: true)
        await #expect(throws: AgentFailure.self) { try await host.start(deaf) }
        #expect(await deaf.polls == 3)
        #expect(host.trace.isEmpty)
    }

    // MARK: - Given

    private func host(asksForReboot: Bool = true) throws -> StockHost {
        try StockHost(HookedHost(asksForReboot: asksForReboot), signer: signer)
    }

    private func link(
        signedBy key: OrderSigner? = nil,
        silence: Int = 0,
        history: OrderKeyHistory = OrderKeyHistory(),
        isDeaf: Bool = false
    ) throws -> WaitingOrder {
        var order = Orders.install([HookedHost.patch], rebootSlot: "db")
        order.hooks = HookedHost.allHooks
        var envelope = try (key ?? signer).sign(order)
        envelope.keyVersion = history.statements.isEmpty ? nil : 1
        return WaitingOrder(envelope, of: order.id, silence: silence, history: history, isDeaf: isDeaf)
    }

    /// - Returns: how often it was started.
    private static func startUntilDone(
        _ host: StockHost,
        _ link: WaitingOrder,
        killedAt line: Int,
        _ moment: DyingFile.Moment
    ) async throws -> Int {
        // Counted from the first start; who was killed once is left alone.
        var left: Int? = line
        for start in 1...9 {
            let before = try FramedFile.peek(host.journal).count
            let ending = try await host.start(link, killedAt: left.map { ($0, moment) })
            if ending == .done { return start }
            if ending == .reboot { host.reboot() }
            let written = try FramedFile.peek(host.journal).count - before
            left = ending == nil ? nil : left.map { $0 - written }
        }
        Issue.record("killed \(moment) line \(line) it did not come to an end")
        return 9
    }

    private static func words(_ reports: [Report]) -> [String] {
        reports.map { report in
            switch report.fact {
            case .accepted: "accepted"
            case .installing: "installing"
            case .rebooting: "rebooting"
            default: "another"
            }
        }
    }
}
