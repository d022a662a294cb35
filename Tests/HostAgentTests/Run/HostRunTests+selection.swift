import AgentProtocol
import HostAgent
import Testing

/// What of an order goes, and what comes with it.
extension HostRunTests {
    @Test("takes the new packages that the order names, and misses one that did not come")
    func newcomers() {
        let image = Orders.patch("image", "5")
        var run = HostRun(Orders.install([patch], newcomers: [image, Orders.patch("unneeded", "1")]))
        let brings = PlannedChange(.install, name: "image", architecture: "all", from: nil, to: "5")
        drive(&run, toInstall([.simulated([upgrade, brings])]))
        let complete = survey(["web": ("2.0", true), "image": ("5", true)])
        for (after, states) in [
            (complete, [PatchResult.State.installed, .installed]), (survey("2.0"), [.installed, .failed]),
        ] {
            var run = run
            run.apply(.observed(.scanned(inventory: "d", after)), at: Orders.start)
            let results: [PatchResult]? =
                switch run.nextStep(now: Orders.start, boot: boot) {
                case .record(.ended(.installed(let result))): result.patches
                case .record(.ended(.failed(_, _, _, let patches))): patches
                default: nil
                }
            #expect(results?.map(\.patch) == [patch, image])
            #expect(results?.map(\.state) == states)
        }
    }

    @Test("takes no new package at another version than the order's")
    func otherNewcomer() {
        var run = HostRun(Orders.install([patch], newcomers: [Orders.patch("image", "5")]))
        let brings = PlannedChange(.install, name: "image", architecture: "all", from: nil, to: "6")
        drive(&run, Array(toInstall([.simulated([upgrade, brings])]).prefix(4)))
        guard case .record(.ended(.refused(.notAsPlanned, _))) = run.nextStep(now: Orders.start, boot: boot) else {
            Issue.record("not refused")
            return
        }
    }

    @Test("lets no patch bring a package along that the host holds")
    func heldNeed() {
        var before = survey(["web": ("1.0", true), "lib": ("1.0", true)])
        before.packages[0].isHeld = true
        var run = HostRun(Orders.install([patch, Orders.patch("lib", "2.0")]))
        drive(
            &run,
            [
                (.record(.accepted), nil), (.perform(.refresh), .refreshed), (.perform(.survey()), .surveyed(before)),
                (.perform(.simulate([patch])), .simulated([upgrade("lib"), upgrade])),
            ]
        )
        guard case .record(.ended(.refused(.notAsPlanned, let detail))) = run.nextStep(now: Orders.start, boot: boot)
        else {
            Issue.record("the held package is changed")
            return
        }
        #expect(detail.contains("change lib, held on this host"))
    }

    @Test("leaves out what does not go and installs the rest", arguments: [true, false])
    func sifts(isVanished: Bool) {
        let other = Orders.patch("db", "2.0")
        var run = HostRun(Orders.install([patch, other]))
        let before = survey(["web": ("1.0", true), "db": ("1.0", true)])
        let removal = PlannedChange(.remove, name: "mail", architecture: "all", from: "1", to: nil)
        let gone = StepFailure(.vanishedVersion, "db 2.0 was not found")
        let joint: HostRunOutcome = isVanished ? .failed(gone) : .simulated([upgrade, upgrade("db"), removal])
        let trials = [
            PatchTrial(patch: patch, changes: [upgrade], failure: nil),
            PatchTrial(
                patch: other,
                changes: isVanished ? [] : [upgrade("db"), removal],
                failure: isVanished ? gone : nil
            ),
        ]
        drive(
            &run,
            [
                (.record(.accepted), nil), (.perform(.refresh), .refreshed), (.perform(.survey()), .surveyed(before)),
                (.perform(.simulate([patch, other])), joint), (.perform(.sift([patch, other])), .sifted(trials)),
                (.perform(.simulate([patch])), .simulated([upgrade])), (.perform(.download([patch])), .downloaded),
                (.record(.installing([patch])), nil), (.perform(.install([patch])), .transacted(complaint: nil)),
                (.perform(.scan), .scanned(inventory: "d", survey(["web": ("2.0", true), "db": ("1.0", true)]))),
            ]
        )
        guard
            case .record(.ended(.failed(let kind, let detail, "d", let patches))) = run.nextStep(
                now: Orders.start,
                boot: boot
            )
        else {
            Issue.record("not failed")
            return
        }
        #expect(kind == (isVanished ? .vanishedVersion : .conflict))
        #expect(detail.contains(isVanished ? "db 2.0 was not found" : "would remove mail"))
        #expect(patches.map(\.state) == [.installed, .failed])

        var wanting = survey(["web": ("2.0", true), "db": ("1.0", true)])
        wanting.rebootReasons = ["web asks for a reboot"]
        run.apply(.observed(.scanned(inventory: "d", wanting)), at: Orders.start)
        #expect(run.nextStep(now: Orders.start, boot: boot) == .perform(.inspect))
    }

    /// The steps to the end of the transaction; the simulation's outcome is the caller's.
    func toInstall(_ simulated: [HostRunOutcome]) -> [(HostRunStep, HostRunOutcome?)] {
        [
            (.record(.accepted), nil), (.perform(.refresh), .refreshed),
            (.perform(.survey()), .surveyed(survey("1.0"))),
            (.perform(.simulate([patch])), simulated.first), (.perform(.download([patch])), .downloaded),
            (.record(.installing([patch])), nil), (.perform(.install([patch])), .transacted(complaint: nil)),
        ]
    }
}
