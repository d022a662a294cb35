import AgentProtocol
import HostAgent
import Testing
import Time

@Suite("A document on a host")
struct HostRunDocumentTests {
    private static func order(_ document: Order.Document) -> Order {
        var order = Orders.scan()
        order.work = .run(document)
        return order
    }

    private static func run(
        _ document: Order.Document = HookedHost.document("one", "two"),
        at moment: Timestamp = Orders.start,
        _ change: (inout HookedHost) -> Void = { _ in }
    ) -> (fact: HostRunFact?, run: HostRun, host: HookedHost) {
        var (run, host) = (HostRun(order(document)), HookedHost())
        change(&host)
        let fact = host.carryOut(&run, at: moment)
        return (fact, run, host)
    }

    private static func word(_ fact: HostRunFact) -> String {
        switch fact {
        case .accepted: "accepted"
        case .rebooting: "rebooting"
        case .verifying: "verifying"
        case .ran: "ran"
        case .refused, .installing, .scanned, .installed, .failed: "\(fact)"
        }
    }

    @Test("runs step by step, and says what each came to")
    func straight() {
        let (fact, run, host) = Self.run()
        #expect(fact == .ran(kind: nil, detail: nil))
        #expect(host.trace == ["one", "two"])
        let results = ["one", "two"].map {
            StepResult(
                hook: nil,
                name: $0,
                state: .succeeded,
                exitCode: 0,
                milliseconds: 1,
                attempts: 1,
                output: "said"
            )
        }
        #expect(run.reports.last?.steps == results)
        #expect(run.reports.map(\.fact) == [.accepted, .ran(kind: nil, detail: nil)])
    }

    @Test("ends with the step that fails", arguments: [1, 2, 7, 169, 255])
    func fails(code: Int) {
        let (fact, run, host) = Self.run { $0.exitCode = { _, _ in code } }
        guard case .ran(.script?, let detail?) = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(detail.hasPrefix("step one of document d ended") && detail.contains("\(code): said"))
        #expect(host.trace == ["one"])
        #expect(run.reports.last?.steps?.map(\.state) == [.failed])
    }

    @Test("ends well with exit code 168, whatever steps are left")
    func endsWell() {
        let (fact, run, host) = Self.run { $0.exitCode = { _, _ in 168 } }
        #expect(fact == .ran(kind: nil, detail: nil))
        #expect(host.trace == ["one"])
        #expect(run.reports.last?.steps?.map(\.exitCode) == [168])
    }

    @Test("counts the codes as success that the step names")
    func codes() {
        var document = HookedHost.document("one")
        document.steps[0].successCodes = [3, 4]
        #expect(Self.run(document) { $0.exitCode = { _, _ in 4 } }.fact == .ran(kind: nil, detail: nil))
        let failed = Self.run(document).fact
        #expect(failed != .ran(kind: nil, detail: nil), "0 is not among them")
    }

    @Test("passes over steps for other platforms")
    func platforms() {
        var document = HookedHost.document("one", "two", "three")
        document.steps[0].platform = .windows
        document.steps[2].platform = .windows
        let (fact, run, host) = Self.run(document)
        #expect(fact == .ran(kind: nil, detail: nil))
        #expect(host.trace == ["two"])
        #expect(run.reports.last?.steps?.map(\.state) == [.skipped, .succeeded, .skipped])
        document.steps[1].platform = .windows
        #expect(Self.run(document).fact == .ran(kind: nil, detail: nil))
    }

    @Test("restarts the host at exit code 194 and begins the same step anew")
    func restarts() {
        let (fact, run, host) = Self.run { $0.exitCode = { _, attempt in attempt < 3 ? 194 : 0 } }
        #expect(fact == .ran(kind: nil, detail: nil))
        #expect(host.trace == ["one", "reboot", "one", "reboot", "one", "two", "reboot", "two", "reboot", "two"])
        #expect(run.reports.last?.steps?.map(\.attempts) == [3, 3])
        let boots = run.reports.map { Self.word($0.fact) }
        #expect(boots == ["accepted"] + Array(repeating: ["rebooting", "verifying"], count: 4).joined() + ["ran"])
    }

    @Test("restarts at most six times in a run")
    func endless() {
        let (fact, run, host) = Self.run { $0.exitCode = { _, _ in 194 } }
        #expect(host.trace.count { $0 == "reboot" } == HostRun.maximumReboots)
        guard case .ran(.rebootFailed?, let detail?) = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(detail.contains("asked for a restart after 6 reboot commands"))
        #expect(run.reports.last?.steps?.last?.state == .notRestarted)
        #expect(run.reports.last?.steps?.last?.exitCode == 194)
    }

    @Test("gives up where the reboot command leads nowhere")
    func sameBoot() {
        let (fact, _, host) = Self.run {
            $0.exitCode = { _, _ in 194 }
            $0.reboots = false
        }
        #expect(host.trace == ["one"] + Array(repeating: "reboot", count: 6))
        guard case .ran(.rebootFailed?, let detail?) = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(detail.contains("nothing happened"))
    }

    @Test("restarts nothing after the cutoff, though its steps go on")
    func cutoff() {
        for code in [0, 194] {
            var (run, host) = (HostRun(Self.order(HookedHost.document("one"))), HookedHost())
            for event in [HostRunEvent.accepted, .opening(nil)] { run.apply(event, at: Orders.start) }
            host.exitCode = { _, _ in code }
            let fact = host.carryOut(&run, at: run.order.window.cutoff)
            #expect(host.trace == ["one"])
            guard case .ran(let kind, _) = fact else {
                Issue.record("\(String(describing: fact))")
                continue
            }
            #expect(kind == (code == 0 ? nil : .windowClosed))
        }
    }

    @Test("does not begin after the cutoff")
    func late() {
        let (fact, _, host) = Self.run(at: Orders.start + .seconds(3_600))
        #expect(host.trace.isEmpty)
        guard case .ran(.windowClosed?, let detail?) = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(detail.contains("passed before the document"))
    }

    @Test("asks once for a restart that the host's owner forbids, and keeps no slot")
    func forbidden() {
        var order = Self.order(HookedHost.document("one", "two"))
        order.rebootSlot = "db"
        var (run, host) = (HostRun(order), HookedHost())
        host.exitCode = { _, _ in 194 }
        host.rebootFailure = StepFailure(.rebootFailed, "limits.json lets nothing reboot this host")
        guard case .ran(.rebootFailed?, let detail?) = host.carryOut(&run) else {
            Issue.record("\(String(describing: run.outcome))")
            return
        }
        #expect(detail.contains("lets nothing reboot this host"))
        #expect(host.trace == ["one", "slot", "reboot", "release"])
        #expect(run.reports.last?.steps?.map(\.state) == [.notRestarted])
    }

    @Test("of a hook restarts nothing where the order allows no reboot")
    func policy() {
        var order = Orders.install([HookedHost.patch], reboot: .never)
        order.hooks = Order.Hooks(beforeInstall: HookedHost.document("one"))
        var (run, host) = (HostRun(order), HookedHost())
        host.exitCode = { _, _ in 194 }
        guard case .failed(.script, let detail, _, _) = host.carryOut(&run) else {
            Issue.record("it goes on")
            return
        }
        #expect(detail.contains("the order allows none"))
        #expect(host.trace == ["before-install"])
    }

    @Test("of a hook that restarts the host goes on with the install behind it")
    func hookRestarts() {
        var order = Orders.install([HookedHost.patch])
        order.hooks = HookedHost.allHooks
        var (run, host) = (HostRun(order), HookedHost())
        host.asksForReboot = true
        host.exitCode = { hook, attempt in hook == .beforeInstall && attempt == 1 ? 194 : 0 }
        let fact = host.carryOut(&run)
        guard case .installed(let result) = fact else {
            Issue.record("\(String(describing: fact))")
            return
        }
        #expect(result.reboot?.outcome == .confirmed)
        let words = [
            "before-install", "reboot", "before-install", "install", "after-install", "reboot", "after-reboot",
            "on-exit",
        ]
        #expect(host.trace == words)
    }

    @Test("restarts with a slot where the order needs one, and gives it back when the host is there again")
    func slots() {
        var order = Self.order(HookedHost.document("one"))
        order.rebootSlot = "db"
        var (run, host) = (HostRun(order), HookedHost())
        host.exitCode = { _, attempt in attempt == 1 ? 194 : 0 }
        #expect(host.carryOut(&run) == .ran(kind: nil, detail: nil))
        #expect(host.trace == ["one", "slot", "reboot", "release", "one"])
        var hooked = Orders.install([HookedHost.patch], rebootSlot: "db")
        hooked.hooks = HookedHost.allHooks
        (run, host) = (HostRun(hooked), HookedHost())
        host.asksForReboot = true
        _ = host.carryOut(&run)
        let words = [
            "before-install", "install", "after-install", "slot", "reboot", "release", "after-reboot", "on-exit",
        ]
        #expect(host.trace == words)
    }

    @Test("that was cut off begins its step anew, and keeps those that had ended")
    func cut() {
        for cut in 1...2 {
            var (run, host) = (HostRun(Self.order(HookedHost.document("one", "two"))), HookedHost())
            #expect(host.carryOut(&run, cutAfter: { $0 == cut }) == .ran(kind: nil, detail: nil))
            #expect(host.trace == (cut == 1 ? ["one", "one", "two"] : ["one", "two", "two"]))
            #expect(run.reports.last?.steps?.map(\.attempts) == (cut == 1 ? [2, 1] : [1, 2]))
        }
    }

    @Test("that ends its agent again and again is given up")
    func circles() {
        var (run, host) = (HostRun(Self.order(HookedHost.document("one"))), HookedHost())
        let fact = host.carryOut(&run, cutAfter: { _ in true })
        guard case .ran(.interrupted?, _) = fact else {
            Issue.record("it goes in circles: \(String(describing: fact))")
            return
        }
        #expect(host.trace.count == HostRun.maximumResumptions + 1)
    }
}
