import Domain
import PatchStreams
import Testing
import Time

/// The fast way to JSON and the general one are the same.
@Suite struct PlainReportTests {
    private static let patch = Patch(name: "libssl3", architecture: "amd64", version: "3.0.17-1~deb12u3")
    private static let boot = BootIdentity(bootID: "5b1f", kernel: "6.1.0-40-amd64")

    private static let facts: [HostFact] = [
        .accepted, .installing, .scanned(inventory: "ab12"),
        .installed(inventory: "ab12", patches: [], reboot: nil),
        .installed(
            inventory: "ab12",
            patches: [
                PatchOutcome(patch: patch, state: .installed, before: "3.0.16-1", after: "3.0.17-1~deb12u3"),
                PatchOutcome(patch: patch, state: .notApplicable, before: nil, after: nil),
                PatchOutcome(patch: patch, state: .failed, before: "1", after: nil),
            ],
            reboot: nil
        ),
        .installed(
            inventory: "ab12",
            patches: [],
            reboot: RebootProof(before: boot, after: boot, isConfirmed: true, reasons: ["kernel", "libc6"])
        ),
        .installed(
            inventory: "ab12",
            patches: [],
            reboot: RebootProof(before: boot, after: boot, isConfirmed: false, reasons: [])
        ),
        .installed(
            inventory: "ab13",
            patches: [],
            reboot: RebootProof(
                before: boot,
                after: boot,
                isConfirmed: false,
                reasons: [],
                outcome: .degraded,
                missing: ["x"]
            )
        ),
        .refused(.pastCutoff, detail: "too late"), .rebooting(boot), .verifying(boot),
        .failed(.script, detail: "postinst said \"no\"\n", inventory: nil, patches: []),
        .ran(nil, detail: nil), .ran(.timeout, detail: "late"),
        .scanned(inventory: "with \"quotes\", \\ and \u{1}"), .scanned(inventory: "Zürich/日本 🚀 \u{2028}"),
    ]

    private static func report(_ fact: HostFact, at microseconds: Int64 = 1_800_000_000_123_456) -> HostReport {
        let moment = Timestamp(microseconds: microseconds)
        return HostReport(index: 99_999, attempt: 1, sequence: 3, happenedAt: moment, fact: fact)
    }

    /// Plain ones are most of all there are; the others must be left alone.
    private static func isPlain(_ fact: HostFact) -> Bool {
        switch fact {
        case .installed(_, _, let reboot): reboot?.outcome == nil
        case .accepted, .installing, .rebooting, .verifying: true
        case .scanned(let inventory): !inventory.contains("quotes")
        default: false
        }
    }

    @Test("A message has the same bytes and is read as the same", arguments: facts)
    func messages(fact: HostFact) throws {
        let message = RolloutMessage.report(Self.report(fact), node: "mi-0123456789abcdef0")
        let body = try DomainJSON.encode(message)
        let plain = Rollout.plainBody(of: message)
        #expect(plain == (Self.isPlain(fact) ? body : nil))
        #expect(Rollout.plainMessage(body) == (Self.isPlain(fact) ? message : nil))
        #expect(try DomainJSON.decode(RolloutMessage.self, from: body) == message)
    }

    @Test("An event has the same bytes and is read as the same", arguments: facts, [0, -1, 253_402_300_799_999_999])
    func events(fact: HostFact, at microseconds: Int64) throws {
        let event = RolloutEvent.hostReported(Self.report(fact, at: microseconds), at: Timestamp(microseconds: 7))
        let data = try DomainJSON.encode(event)
        #expect(Rollout.plainData(of: event) == (Self.isPlain(fact) ? data : nil))
        #expect(Rollout.plainEvent(data) == (Self.isPlain(fact) ? event : nil))
    }

    @Test(
        "What is not exactly such a report is left to the general decoder",
        arguments: [
            "", "{", "{\"report\":", "{\"report\":{}}", "{\"report\":{\"_0\":{},\"node\":\"x\"}}",
            "{\"pause\":{\"revision\":1}}",
            "{\"report\":{\"_0\":{\"a\":1.5,\"f\":{\"k\":\"accepted\"},\"i\":0,\"q\":1,\"t\":0},\"node\":\"x\"}}",
            "{\"report\":{\"_0\":{\"a\":01,\"f\":{\"k\":\"accepted\"},\"i\":0,\"q\":1,\"t\":0},\"node\":\"x\"}}",
            "{\"report\":{\"_0\":{\"a\":1,\"f\":{\"k\":\"accepted\"},\"i\":0,\"q\":1,\"t\":0,\"z\":1},\"node\":\"x\"}}",
            "{\"report\":{\"_0\":{\"a\":1,\"f\":{\"k\":\"accepted\"},\"i\":0,\"q\":1,\"t\":0},\"node\":\"x\"}} ",
            "{\"report\":{\"_0\":{\"a\":9999999999999999999,\"f\":{\"k\":\"accepted\"},\"i\":0,\"q\":1,\"t\":0},\"node\":\"x\"}}",
        ]
    )
    func unusual(body: String) { #expect(Rollout.plainMessage(body) == nil) }

    @Test("Fields in another order are left to the general decoder too")
    func order() throws {
        let body = "{\"report\":{\"node\":\"x\",\"_0\":{\"t\":5,\"q\":1,\"i\":2,\"f\":{\"k\":\"accepted\"},\"a\":1}}}"
        let report = HostReport(
            index: 2,
            attempt: 1,
            sequence: 1,
            happenedAt: Timestamp(microseconds: 5),
            fact: .accepted
        )
        #expect(Rollout.plainMessage(body) == nil)
        #expect(
            try DomainDecider<Rollout>.withoutEffects.decode(kind: "report", body: body) == .report(report, node: "x")
        )
    }
}
