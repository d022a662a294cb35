import AgentProtocol
import HostAgent
import Testing
import Time

@Suite("A run that is not wanted any more")
struct HostRunWithdrawalTests {
    private static func install() -> HostRun {
        var order = Orders.install([HookedHost.patch])
        (order.version, order.hooks) = (2, HookedHost.allHooks)
        return HostRun(order)
    }

    @Test("ends before its package transaction, or goes on to its end with its reboot and its hooks")
    func installs() throws {
        var ends: Set<String> = []
        for effect in 1...20 {
            var (run, host) = (Self.install(), HookedHost())
            host.asksForReboot = true
            let fact = try #require(host.carryOut(&run, withdrawnAfter: effect), "withdrawn after effect \(effect)")
            #expect(host.trace.count { $0 == "on-exit" } == 1, "withdrawn after effect \(effect): \(host.trace)")
            let isDrained = host.trace.contains("before-install")
            if case .failed(.cancelled, let detail, _, let patches) = fact {
                #expect(!host.trace.contains("install"), "withdrawn after effect \(effect): \(host.trace)")
                #expect(detail.contains("took the order back"))
                #expect(patches.allSatisfy { $0.state == .failed && $0.failure == .cancelled })
                ends.insert(isDrained ? "drained and brought back" : "untouched")
            } else {
                guard case .installed(let result) = fact else {
                    Issue.record("withdrawn after effect \(effect): \(fact)")
                    continue
                }
                #expect(result.reboot?.outcome == .confirmed)
                #expect(host.trace.contains("reboot") && host.trace.contains("after-reboot"))
                ends.insert("installed")
            }
        }
        #expect(ends == ["untouched", "drained and brought back", "installed"])
    }

    @Test("runs no further step of its document")
    func document() {
        for (effect, trace) in [["one"], ["one", "two"]].enumerated() {
            var (run, host) = (HostRun(Self.run("one", "two")), HookedHost())
            let fact = host.carryOut(&run, withdrawnAfter: effect + 1)
            #expect(host.trace == trace)
            if effect == 0 {
                #expect(fact == .ran(kind: .cancelled, detail: "the control plane took the order back"))
                #expect(run.reports.last?.steps?.map(\.name) == ["one"])
            } else {
                #expect(fact == .ran(kind: nil, detail: nil), "it had ended by itself")
            }
        }
    }

    @Test("says which step was cut off")
    func step() {
        var run = HostRun(Self.run("one", "two"))
        let host = HookedHost()
        for _ in 0..<10 {
            guard case .record(let event) = run.nextStep(now: Orders.start, boot: host.bootFacts) else { break }
            run.apply(event, at: Orders.start)
        }
        run.apply(.withdrawn, at: Orders.start)
        run.apply(.observed(.stepped(StepRun(exitCode: nil, isCancelled: true, output: "half"))), at: Orders.start)
        for _ in 0..<10 {
            guard case .record(let event) = run.nextStep(now: Orders.start, boot: host.bootFacts) else { break }
            run.apply(event, at: Orders.start)
        }
        #expect(run.reports.last?.fact == .ran(kind: .cancelled, detail: "step one of document d was cancelled: half"))
        #expect(run.reports.last?.steps?.map(\.state) == [.cancelled])
    }

    private static func run(_ steps: String...) -> Order {
        var order = Orders.scan()
        let named = steps.map { Order.Step(name: $0, work: .command(["/bin/true"]), timeoutSeconds: 60) }
        order.work = .run(Order.Document(name: "d", steps: named))
        return order
    }
}
