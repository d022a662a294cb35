import AgentProtocol
import HostAgent
import Testing

/// What a host run says when not all went well.
extension HostRunTests {
    @Test("that cannot look at the host after its transaction claims nothing of the patches", arguments: [true, false])
    func noEvidence(isSurveyed: Bool) {
        var run = HostRun(Orders.install([patch]))
        drive(&run, toInstall([.simulated([upgrade])]))
        let failure = StepFailure(.repository, "no scan")
        run.apply(.observed(isSurveyed ? .unscanned(failure, survey("2.0")) : .failed(failure)), at: Orders.start)
        guard
            case .record(.ended(.failed(.repository, _, nil, let patches))) = run.nextStep(
                now: Orders.start,
                boot: boot
            )
        else {
            Issue.record("not failed")
            return
        }
        #expect(patches.map(\.state) == (isSurveyed ? [.installed] : []))
    }

    @Test("repairs and goes on when the package manager died and the agent did not")
    func diedAlone() {
        var run = HostRun(Orders.install([patch]))
        drive(&run, Array(toInstall([.simulated([upgrade])]).dropLast()))
        let half = survey(["web": ("2.0", false)])
        drive(
            &run,
            [
                (.perform(.install([patch])), .transacted(complaint: StepFailure(.interrupted, "dpkg was killed"))),
                (.perform(.scan), .scanned(inventory: "c", half)),
                (.record(.repairing), nil), (.perform(.repair(deadline: nil)), .repaired),
                (.perform(.survey(isPatient: true)), .surveyed(survey("2.0"))),
                (.perform(.scan), .scanned(inventory: "d", survey("2.0"))),
            ]
        )
        guard case .record(.ended(.installed(let result))) = run.nextStep(now: Orders.start, boot: boot) else {
            Issue.record("not installed")
            return
        }
        #expect(result.patches.map(\.state) == [.installed])
    }

    @Test("does not run a failing script again")
    func script() {
        var run = HostRun(Orders.install([patch]))
        drive(&run, Array(toInstall([.simulated([upgrade])]).dropLast()))
        drive(
            &run,
            [
                (.perform(.install([patch])), .transacted(complaint: StepFailure(.script, "exit 7"))),
                (.perform(.scan), .scanned(inventory: "c", survey(["web": ("2.0", false)]))),
            ]
        )
        guard case .record(.ended(.failed(.script, _, "c", _))) = run.nextStep(now: Orders.start, boot: boot) else {
            Issue.record("not ended")
            return
        }
    }
}
