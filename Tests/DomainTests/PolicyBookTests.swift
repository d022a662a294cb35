import Domain
import Testing
import Time

@Suite("The fleet's policy as a stream")
struct PolicyBookTests {
    private let policy = Policy(sites: [PolicySite(name: "London", zone: "Europe/London")])

    private func rejection(_ entry: String = "openssl", until day: String? = nil) throws -> PatchRejection {
        PatchRejection(entry: entry, reason: "bad", owner: "ana", expires: try day.map { try #require(CivilDate($0)) })
    }

    @Test("Applied again it changes nothing; compared with an older one it is refused")
    func apply() throws {
        var book = Stream<PolicyBook>()
        let effects = try book.send(.apply(policy, digest: "a", base: nil), at: seconds(1)).effects
        #expect(effects == [.renewSchedules, .moveWindows])
        #expect(try book.send(.apply(policy, digest: "a", base: "older"), at: seconds(2)).events == [])
        #expect(throws: PolicyRefusal.changedMeanwhile(digest: "a")) {
            try book.send(.apply(Policy(), digest: "b", base: "older"), at: seconds(3))
        }
        try book.send(.apply(Policy(), digest: "b", base: "a"), at: seconds(4), by: "ben")
        #expect(book.state.policy == Policy())
        #expect(book.state.appliedBy == "ben")
        #expect(book.state.appliedAt == seconds(4))
        try book.checkFold("applied")
    }

    @Test("Its groups of reboot slots are told of it, and closed to strangers when it leaves them out")
    func rebootSlots() throws {
        var book = Stream<PolicyBook>()
        let group = RebootSlotGroup(name: "db", isOpenToFleetLock: true, hosts: ["db-*"])
        let first = try book.send(.apply(Policy(rebootSlots: [group]), digest: "a", base: nil), at: seconds(1)).effects
        #expect(first == [.renewSchedules, .moveWindows, .configure(group)])
        let second = try book.send(.apply(policy, digest: "b", base: nil), at: seconds(2)).effects
        let closed = RebootSlotGroup(name: "db", hosts: ["db-*"])
        #expect(second == [.renewSchedules, .moveWindows, .configure(closed)])
        try book.checkFold("reboot slots")
    }

    @Test("A host belongs to the first group of reboot slots that it matches")
    func membership() {
        let policy = Policy(rebootSlots: [
            RebootSlotGroup(name: "db", hosts: ["db-*"]),
            RebootSlotGroup(name: "london", targets: TargetSelector(sites: ["London"])),
            RebootSlotGroup(name: "early", targets: TargetSelector(rings: ["early"])),
        ])
        func group(_ site: String, _ patchGroup: String, _ host: String) -> String? {
            policy.rebootSlots(site: site, patchGroup: patchGroup, host: host)?.name
        }
        #expect(group("London", "Debian12-early", "db-1") == "db")
        #expect(group("London", "Debian12-early", "web-1") == "london")
        #expect(group("Paris", "Debian12-early", "web-1") == "early")
        #expect(group("Paris", "Debian12-main", "web-1") == nil)
    }

    @Test("A baseline that is called otherwise was made when it was made, whether or not it had an id before")
    func renamed() throws {
        func baseline(_ name: String, id: String? = nil) -> Baseline {
            Baseline(id: id, name: name, system: .debian, patchGroups: [], rules: [])
        }
        var book = Stream<PolicyBook>()
        try book.send(.apply(Policy(baselines: [baseline("one")]), digest: "a", base: nil), at: seconds(1))
        let two = [baseline("one"), baseline("two", id: "pb-2")]
        try book.send(.apply(Policy(baselines: two), digest: "b", base: nil), at: seconds(2))
        let renamed = [baseline("uno", id: "pb-1"), baseline("dos", id: "pb-2")]
        try book.send(.apply(Policy(baselines: renamed), digest: "c", base: nil), at: seconds(3))
        let dates = renamed.map { book.state.dates(of: $0) }
        #expect(dates.map(\.?.created) == [seconds(1), seconds(2)])
        #expect(dates.map(\.?.modified) == [seconds(3), seconds(3)])
        let another = [baseline("uno", id: "pb-1"), baseline("tres", id: "pb-3")]
        try book.send(.apply(Policy(baselines: another), digest: "d", base: nil), at: seconds(4))
        #expect(book.state.dates(of: another[1])?.created == seconds(4), "another took its place")
        try book.checkFold("renamed")
    }

    @Test("What people reject stands in each of its baselines, once")
    func baselines() throws {
        let own = PatchRejection(entry: "curl", reason: "bad", owner: "ana")
        let one = Baseline(name: "one", system: .debian, patchGroups: ["a"], rules: [], rejections: [own])
        var book = Stream<PolicyBook>()
        #expect(book.state.baselines == [])
        let policy = Policy(baselines: [one], defaults: ["AWS-UbuntuDefaultPatchBaseline"])
        try book.send(.apply(policy, digest: "a", base: nil), at: seconds(1))
        try book.send(.reject(own), at: seconds(2))
        try book.send(.reject(PatchRejection(entry: "openssl", reason: "bad", owner: "ana")), at: seconds(3))
        let found = book.state.baselines
        #expect(found.map(\.patchGroups) == [["a"], ["*"]])
        #expect(found.map { $0.rejections.map(\.entry) } == [["curl", "openssl"], ["curl", "openssl"]])
    }

    @Test("A rejection is carried out, replaced, and taken back by a person or by its end")
    func rejections() throws {
        var book = Stream<PolicyBook>()
        let first = try rejection()
        #expect(
            try book.send(.reject(first), at: seconds(1)).effects == [.carryOut(first, by: "ada"), .renewSchedules]
        )
        #expect(try book.send(.reject(first), at: seconds(2)).events == [])
        let second = try rejection(until: "1970-01-02")
        try book.send(.reject(second), at: seconds(3))
        #expect(book.state.rejections == [second])
        #expect(book.state.wakeAt == seconds(2 * 86_400))
        #expect(try book.send(.wake, at: seconds(2 * 86_400 - 1)).events == [])
        let expired = try book.send(.wake, at: seconds(2 * 86_400))
        #expect(expired.effects == [.takeBack(entry: "openssl", by: "its expiry"), .renewSchedules])
        #expect(book.state.rejections == [])
        #expect(book.state.wakeAt == nil)
        #expect(throws: PolicyRefusal.expired(second)) { try book.send(.reject(second), at: seconds(2 * 86_400)) }
        #expect(throws: PolicyRefusal.notRejected(entry: "openssl")) {
            try book.send(.accept(entry: "openssl", reason: "fixed"), at: seconds(2 * 86_400))
        }
        try book.checkFold("rejected")
    }

    @Test("No more than a hundred are rejected by command")
    func bounded() throws {
        var book = Stream<PolicyBook>()
        for number in 1...PolicyBook.mostRejections {
            try book.send(.reject(try rejection("package-\(number)")), at: seconds(number))
        }
        #expect(throws: PolicyRefusal.tooMany) { try book.send(.reject(try rejection("more")), at: seconds(200)) }
        #expect(
            try !book.send(.reject(try rejection("package-7", until: "2000-01-01")), at: seconds(201)).events.isEmpty
        )
    }
}

@Suite("What a workflow leaves to the policy")
struct PolicyCompletionTests {
    private let window = WindowRule(
        opens: .schedule("cron(0 2 ? * TUE *)"),
        zone: .site,
        durationSeconds: 3_600,
        cutoffSeconds: 1_800
    )

    private func book(_ policy: Policy, rejecting rejection: PatchRejection? = nil) throws -> PolicyBook {
        var book = Stream<PolicyBook>()
        try book.send(.apply(policy, digest: "d", base: nil), at: seconds(1))
        if let rejection { try book.send(.reject(rejection), at: seconds(2)) }
        return book.state
    }

    private var definition: WorkflowDefinition {
        var definition = CycleStart.sample().definition
        var rules = definition.stages[1].laneRules ?? definition.stages[0].laneRules
        rules?.window = WindowRule(opens: .policy("early"), zone: .site, durationSeconds: 86_400, cutoffSeconds: 0)
        if let rules { definition.stages[1].work = .install(rules, reboot: .ifNeeded) }
        definition.sites = [Site(name: "London", zone: "UTC")]
        return definition
    }

    @Test("Sites, baselines and windows are filled in; its own sites stand before the policy's")
    func completed() throws {
        let policy = Policy(
            sites: [
                PolicySite(name: "London", zone: "Europe/London"), PolicySite(name: "Paris", zone: "Europe/Paris"),
            ],
            baselines: [Baseline(name: "one", system: .ubuntu, patchGroups: ["Ubuntu-*"], rules: [])],
            defaults: ["AWS-UbuntuDefaultPatchBaseline"],
            windows: [PolicyWindow(name: "early", rule: window)]
        )
        let rejection = PatchRejection(entry: "openssl", reason: "bad", owner: "ana")
        let whole = try definition.completed(by: try book(policy, rejecting: rejection))
        #expect(whole.zone(ofSite: "London") == "UTC")
        #expect(whole.zone(ofSite: "Paris") == "Europe/Paris")
        #expect(whole.stages[1].laneRules?.window == window)
        #expect(whole.stages[1].laneRules?.deliverySeconds == 1_800, "it has to fit into the window")
        #expect(whole.stages[0] == definition.stages[0])
        #expect(whole.baseline(ofPatchGroup: "Ubuntu-early", on: .ubuntu)?.name == "one")
        #expect(whole.baseline(ofPatchGroup: "other", on: .ubuntu)?.name == "AWS-UbuntuDefaultPatchBaseline")
        #expect(whole.baseline(ofPatchGroup: "Ubuntu-early", on: .debian) == nil)
        #expect(whole.baselines.allSatisfy { $0.rejections == [rejection] })
    }

    @Test("What the policy does not have is named")
    func gaps() throws {
        #expect(throws: PolicyGap.baselines(workflow: "small", isPolicyThere: false)) {
            try definition.completed(by: PolicyBook())
        }
        let baseline = Baseline(name: "one", patchGroups: ["*"], rules: [])
        let book = try book(Policy(baselines: [baseline]))
        #expect(throws: PolicyGap.window("early", workflow: "small", isPolicyThere: true)) {
            try definition.completed(by: book)
        }
    }
}
