import Domain
import Testing
import Time

@Suite("Changes of one baseline of the policy") struct PolicyChangesTests {
    private func baseline(_ name: String, _ groups: [String] = [], on system: OperatingSystem? = .ubuntu) -> Baseline {
        Baseline(name: name, system: system, patchGroups: groups, rules: [])
    }

    private func refusal(_ policy: Policy, _ change: (inout Policy) throws(PolicyChangeRefusal) -> Void)
        -> PolicyChangeRefusal?
    {
        var policy = policy
        do throws(PolicyChangeRefusal) {
            try change(&policy)
            return nil
        } catch {
            return error
        }
    }

    @Test("Names are each one's own, AWS's are AWS's, and there are fifty at most")
    func adding() throws {
        var policy = Policy(baselines: [baseline("web")])
        try policy.add(baseline("db"))
        #expect(policy.baselines.map(\.name) == ["web", "db"])
        #expect(
            refusal(policy) { policy throws(PolicyChangeRefusal) in try policy.add(baseline("db")) } == .nameTaken("db")
        )
        let name = "AWS-mine"
        #expect(
            refusal(policy) { policy throws(PolicyChangeRefusal) in try policy.add(baseline(name)) }
                == .nameReserved(name)
        )
        let full = Policy(baselines: (0..<50).map { baseline("web-\($0)") })
        #expect(
            refusal(full) { policy throws(PolicyChangeRefusal) in try policy.add(baseline("one-more")) }
                == .tooManyBaselines(most: 50)
        )
    }

    @Test("One that is renamed stays the default, and its name cannot be another's")
    func replacing() throws {
        var policy = Policy(baselines: [baseline("web"), baseline("db")], defaults: ["web"])
        try policy.replace("web", by: baseline("www"))
        #expect(policy.baselines.map(\.name) == ["www", "db"] && policy.defaults == ["www"])
        #expect(
            refusal(policy) { policy throws(PolicyChangeRefusal) in try policy.replace("db", by: baseline("www")) }
                == .nameTaken("www")
        )
        #expect(
            refusal(policy) { policy throws(PolicyChangeRefusal) in try policy.replace("no", by: baseline("no")) }
                == .unknown("no")
        )
    }

    @Test("A default, and one that is for patch groups, is not removed")
    func removing() throws {
        var policy = Policy(baselines: [baseline("web", ["a"]), baseline("db")], defaults: ["db"])
        func refusal(_ name: String) -> PolicyChangeRefusal? {
            self.refusal(policy) { policy throws(PolicyChangeRefusal) in try policy.removeBaseline(name) }
        }
        #expect(refusal("web") == .servesGroups("web", ["a"]))
        #expect(refusal("db") == .isDefault("db"))
        try policy.makeDefault("AWS-UbuntuDefaultPatchBaseline")
        #expect(policy.defaults == ["AWS-UbuntuDefaultPatchBaseline"])
        try policy.removeBaseline("db")
        #expect(policy.baselines.map(\.name) == ["web"])
    }

    @Test("A default takes the place of its system's alone")
    func defaults() throws {
        var policy = Policy(
            baselines: [baseline("web"), baseline("win", on: .windows), baseline("any", on: nil)],
            defaults: ["win", "AWS-UbuntuDefaultPatchBaseline"]
        )
        #expect(policy.defaultBaseline(for: .suse).name == "AWS-SuseDefaultPatchBaseline")
        try policy.makeDefault("web")
        #expect(policy.defaults == ["win", "web"])
        #expect(policy.defaultBaseline(for: .ubuntu).name == "web")
        #expect(
            refusal(policy) { policy throws(PolicyChangeRefusal) in try policy.makeDefault("any") }
                == .namesNoSystem("any")
        )
    }

    @Test("A patch group has one baseline of a system, whether by its name or by a pattern")
    func groups() throws {
        var policy = Policy(
            groups: ["b-1"],
            baselines: [baseline("web", ["a-*"]), baseline("db"), baseline("al", on: .alma)]
        )
        func refusal(_ change: (inout Policy) throws(PolicyChangeRefusal) -> Void) -> PolicyChangeRefusal? {
            self.refusal(policy, change)
        }
        #expect(
            refusal { policy throws(PolicyChangeRefusal) in try policy.attach("db", to: "a-1") }
                == .groupTaken("a-1", by: "web", .ubuntu)
        )
        try policy.attach("al", to: "a-1")
        try policy.attach("db", to: "b-2")
        #expect(policy.groups == ["b-1", "a-1", "b-2"], "what is declared stays complete")
        #expect(
            refusal { policy throws(PolicyChangeRefusal) in try policy.detach("web", from: "a-1") }
                == .attachedByPattern("web", "a-1", "a-*")
        )
        #expect(
            refusal { policy throws(PolicyChangeRefusal) in try policy.detach("db", from: "a-1") }
                == .notAttached("db", "a-1")
        )
        try policy.detach("db", from: "b-2")
        #expect(policy.baselines[1].patchGroups.isEmpty)
    }

    @Test("One of SSM's own stands among the policy's while it is for groups, and no longer")
    func predefined() throws {
        var policy = Policy()
        let name = "AWS-UbuntuDefaultPatchBaseline"
        try policy.attach(name, to: "a")
        #expect(policy.baselines.map(\.patchGroups) == [["a"]] && policy.ownBaselines.isEmpty)
        try policy.detach(name, from: "a")
        #expect(policy.baselines.isEmpty)
    }

    @Test("A book remembers when its baselines were made and changed, and patch groups and tags are no change")
    func dates() {
        var book = PolicyBook()
        func apply(_ baselines: [Baseline], _ second: Int64) {
            let at = Timestamp(microseconds: second)
            book.evolve(.applied(Policy(baselines: baselines), digest: "\(second)", by: "ana", at: at))
        }
        var web = baseline("web")
        web.id = "pb-0123456789abcdef0"
        apply([web, baseline("db")], 1)
        web.name = "www"
        apply([web, baseline("db", ["a"])], 2)
        let dates = book.dates(of: web)
        #expect(dates?.created.microseconds == 1 && dates?.modified.microseconds == 2)
        #expect(book.dates(of: baseline("db"))?.modified.microseconds == 1)
        apply([web], 3)
        #expect(book.dates(of: baseline("db")) == nil)
        #expect(book.dates(of: web) == dates)
    }
}
