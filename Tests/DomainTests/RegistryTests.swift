import Domain
import Testing
import Time

/// Of a host that enrols.
let enrollingFacts = NodeFacts(
    hostname: "web-1",
    platform: "debian",
    platformVersion: "12",
    architecture: "amd64",
    agentVersion: "1.0"
)

private func request(code: String = "hash", key: String) -> ActivationRequest {
    ActivationRequest(codeHash: code, publicKey: key, node: "mi-\(key)", facts: enrollingFacts)
}

func enrolment(key: String, hostFacts: NodeFacts = enrollingFacts) -> NodeEnrolment {
    NodeEnrolment(
        node: "mi-1",
        publicKey: key,
        site: "London",
        patchGroup: "Debian12-early",
        activation: "a1",
        facts: hostFacts
    )
}

@Suite("An activation")
struct ActivationTests {
    private func created(uses: Int = 2) throws -> Stream<Activation> {
        let terms = ActivationTerms(
            activation: "a1",
            codeHash: "hash",
            maxUses: uses,
            expires: seconds(1_000),
            site: "London",
            patchGroup: "Debian12-early"
        )
        var stream = Stream<Activation>()
        try stream.send(.create(terms), at: seconds(0))
        return stream
    }

    @Test("It enrols as many keys as it allows, the same key once")
    func uses() throws {
        var stream = try created()
        let (_, effects) = try stream.send(.use(request(key: "k1")), at: seconds(1))
        var expected = enrolment(key: "k1")
        expected.node = "mi-k1"
        #expect(effects == [.tell(node: "mi-k1", .enrol(expected))])
        #expect(try stream.send(.use(request(key: "k1")), at: seconds(2)).events == [])
        #expect(stream.state.remainingUses == 1)
        try stream.send(.use(request(key: "k2")), at: seconds(3))
        #expect(throws: ActivationRefusal.usedUp(activation: "a1", uses: 2)) {
            try stream.send(.use(request(key: "k3")), at: seconds(4))
        }
        #expect(stream.state.node(ofPublicKey: "k2") == "mi-k2")
        try stream.checkFold("")
    }

    @Test("A wrong code and a missing activation are told alike, even when it is expired or used up")
    func unknown() throws {
        var stream = try created(uses: 1)
        try stream.send(.use(request(key: "k1")), at: seconds(1))
        for time in [2, 2_000] {
            #expect(throws: ActivationRefusal.unknown) {
                try stream.send(.use(request(code: "guess", key: "k2")), at: seconds(time))
            }
        }
        var missing = Stream<Activation>()
        #expect(throws: ActivationRefusal.unknown) { try missing.send(.use(request(key: "k1")), at: seconds(1)) }
    }

    @Test("Expired, it enrols no new key, and still answers one that it enrolled")
    func expired() throws {
        var stream = try created()
        try stream.send(.use(request(key: "k1")), at: seconds(999))
        #expect(throws: ActivationRefusal.expired(activation: "a1", at: seconds(1_000))) {
            try stream.send(.use(request(key: "k2")), at: seconds(1_000))
        }
        #expect(try stream.send(.use(request(key: "k1")), at: seconds(2_000)).events == [])
    }

    @Test("Deleted, it enrols no new key, tells only those who know its code, and answers one that it enrolled")
    func deleted() throws {
        var stream = try created()
        try stream.send(.use(request(key: "k1")), at: seconds(1))
        try stream.send(.delete, at: seconds(2))
        #expect(stream.state.deletion?.at == seconds(2))
        #expect(try stream.send(.delete, at: seconds(3)).events == [])
        #expect(throws: ActivationRefusal.deleted(activation: "a1")) {
            try stream.send(.use(request(key: "k2")), at: seconds(4))
        }
        #expect(throws: ActivationRefusal.unknown) {
            try stream.send(.use(request(code: "guess", key: "k2")), at: seconds(4))
        }
        #expect(try stream.send(.use(request(key: "k1")), at: seconds(5)).events == [])
        try stream.checkFold("")
        var missing = Stream<Activation>()
        #expect(throws: ActivationRefusal.absent) { try missing.send(.delete, at: seconds(1)) }
    }

    @Test("One that could never be used, or whose id is taken, is not created")
    func useless() throws {
        var stream = try created()
        var terms = try #require(stream.state.terms)
        #expect(throws: ActivationRefusal.exists(activation: "a1")) { try stream.send(.create(terms), at: seconds(1)) }
        terms.maxUses = 0
        var other = Stream<Activation>()
        #expect(throws: ActivationRefusal.useless(activation: "a1")) { try other.send(.create(terms), at: seconds(1)) }
    }
}

@Suite("A node")
struct NodeTests {
    @Test("It is enrolled with one key; its facts may change")
    func enrols() throws {
        var stream = Stream<Node>()
        try stream.send(.enrol(enrolment(key: "k1")), at: seconds(1))
        #expect(try stream.send(.enrol(enrolment(key: "k1")), at: seconds(2)).events == [])
        var newer = enrollingFacts
        newer.agentVersion = "1.1"
        try stream.send(.enrol(enrolment(key: "k1", hostFacts: newer)), at: seconds(3))
        #expect(stream.state.enrolment?.facts.agentVersion == "1.1")
        #expect(throws: NodeRefusal.otherKey(node: "mi-1")) {
            try stream.send(.enrol(enrolment(key: "k2")), at: seconds(4))
        }
        try stream.checkFold("")
    }

    @Test("It knows its last reboot, and that a host never came back from it")
    func reboots() throws {
        var stream = Stream<Node>()
        let announced = reboot(.announced, of: "o1")
        #expect(try stream.send(.reboot(announced), at: seconds(1)).events == [])
        try stream.send(.enrol(enrolment(key: "k1")), at: seconds(1))
        #expect(try stream.send(.reboot(announced), at: seconds(2)).events == [.rebooted(announced, at: seconds(2))])
        #expect(try stream.send(.reboot(announced), at: seconds(3)).events == [])
        #expect(try stream.send(.runTimedOut(order: "o2"), at: seconds(4)).events == [])
        try stream.send(.runTimedOut(order: "o1"), at: seconds(5))
        #expect(stream.state.lastReboot?.outcome == .neverCameBack)
        #expect(stream.state.lastReboot?.condition == nil)

        try stream.send(.reboot(reboot(.confirmed, of: "o1")), at: seconds(6))
        #expect(try stream.send(.runTimedOut(order: "o1"), at: seconds(7)).events == [])
        #expect(try stream.send(.reboot(announced), at: seconds(8)).events == [])
        #expect(stream.state.lastReboot?.outcome == .confirmed)
        try stream.send(.reboot(reboot(.unordered, of: nil)), at: seconds(9))
        #expect(stream.state.lastReboot?.outcome == .unordered)
        try stream.checkFold("")
    }

    @Test("However many reboots a host tells of, an hour has few events of them")
    func manyReboots() throws {
        var stream = Stream<Node>()
        try stream.send(.enrol(enrolment(key: "k1")), at: seconds(0))
        let first = 3_600
        for number in 1...Node.rebootsPerHour + 5 {
            let announced = reboot(.announced, of: "o\(number)")
            let events = try stream.send(.reboot(announced), at: seconds(first + number)).events
            #expect(events.count == (number <= Node.rebootsPerHour ? 1 : 0))
        }
        let last = "o\(Node.rebootsPerHour)"
        #expect(stream.state.lastReboot?.order == last)
        try stream.send(.runTimedOut(order: last), at: seconds(first + 3_599))
        #expect(stream.state.lastReboot?.outcome == .neverCameBack, "what a rollout says is no host's word")
        try stream.send(.reboot(reboot(.confirmed, of: last)), at: seconds(first + 3_600))
        #expect(stream.state.lastReboot?.outcome == .confirmed)
        try stream.checkFold("")
    }

    @Test("It knows the last repairs of its host, each once, and an hour has few events of them")
    func repairs() throws {
        var stream = Stream<Node>()
        #expect(try stream.send(.repair(repair(1)), at: seconds(0)).events == [])
        try stream.send(.enrol(enrolment(key: "k1")), at: seconds(0))
        let first = try stream.send(.repair(repair(1)), at: seconds(1)).events
        #expect(first == [.repaired(repair(1), at: seconds(1))])
        #expect(try stream.send(.repair(repair(1)), at: seconds(2)).events == [])
        for number in 2...Node.repairsPerHour + 5 {
            let events = try stream.send(.repair(repair(number)), at: seconds(number)).events
            #expect(events.count == (number <= Node.repairsPerHour ? 1 : 0))
        }
        #expect(stream.state.repairs?.count == Node.maximumRepairs)
        #expect(stream.state.repairs?.last == repair(Node.repairsPerHour))
        #expect(try stream.send(.repair(repair(99)), at: seconds(3_600)).events.count == 1)
        try stream.checkFold("")
    }

    private func repair(_ number: Int) -> NodeRepair {
        NodeRepair(check: "package-lock", isRepaired: true, detail: "number \(number)", happenedAt: seconds(number))
    }

    private func reboot(_ outcome: RebootOutcome, of order: String?) -> NodeReboot {
        NodeReboot(
            order: order,
            outcome: outcome,
            before: BootIdentity(bootID: "b1", kernel: "6.1"),
            after: outcome == .announced ? nil : BootIdentity(bootID: "b2", kernel: "6.1"),
            expectedKernel: nil,
            reasons: [],
            missing: [],
            condition: NodeCondition(failedUnits: [], sockets: nil, mounts: nil),
            happenedAt: seconds(1)
        )
    }

    @Test("Revoked, it stays so")
    func revokes() throws {
        var stream = Stream<Node>()
        #expect(throws: NodeRefusal.notEnrolled) { try stream.send(.revoke(reason: "lost"), at: seconds(1)) }
        try stream.send(.enrol(enrolment(key: "k1")), at: seconds(1))
        try stream.send(.revoke(reason: "lost"), at: seconds(2))
        #expect(!stream.state.isActive)
        #expect(try stream.send(.revoke(reason: "again"), at: seconds(3)).events == [])
        #expect(throws: NodeRefusal.revoked(node: "mi-1", reason: "lost")) {
            try stream.send(.enrol(enrolment(key: "k1")), at: seconds(4))
        }
    }
}

@Suite("A schedule")
struct ScheduleTests {
    /// Every hundred seconds.
    private func next(_ rule: ScheduleRule, after moment: Timestamp) -> Timestamp? {
        seconds(Int(moment.microseconds / 100_000_000) * 100 + 100)
    }

    private func send(_ message: ScheduleMessage, _ schedule: inout Schedule, at time: Int) throws -> [ScheduleEffect] {
        var effects: [ScheduleEffect] = []
        for event in try schedule.decide(message, now: seconds(time), actor: "ada", next: next) {
            schedule.evolve(event)
            effects += schedule.effects(of: event)
        }
        return effects
    }

    @Test("It starts a cycle at each occurrence, and one for all that passed unattended")
    func fires() throws {
        let plan = ScheduledCycle(rule: ScheduleRule(expression: "rate(100 s)", zone: "UTC"), start: .sample())
        var schedule = Schedule()
        #expect(try send(.define(plan), &schedule, at: 10) == [])
        #expect(schedule.wakeAt == seconds(100))
        #expect(try send(.wake, &schedule, at: 99) == [])
        #expect(try send(.wake, &schedule, at: 101) == [.startCycle(occurrence: seconds(100), .sample())])
        #expect(schedule.wakeAt == seconds(200))
        #expect(try send(.wake, &schedule, at: 555) == [.startCycle(occurrence: seconds(200), .sample())])
        #expect(schedule.wakeAt == seconds(600))
        #expect(try coded(schedule) == schedule)
    }

    @Test("Disabled, it does not wake; enabled again, it goes on from then")
    func disables() throws {
        var schedule = Schedule()
        #expect(throws: ScheduleRefusal.notDefined) { try send(.enable, &schedule, at: 0) }
        let plan = ScheduledCycle(rule: ScheduleRule(expression: "rate(100 s)", zone: "UTC"), start: .sample())
        _ = try send(.define(plan), &schedule, at: 10)
        _ = try send(.disable, &schedule, at: 20)
        #expect(schedule.wakeAt == nil)
        #expect(try send(.wake, &schedule, at: 500) == [])
        _ = try send(.enable, &schedule, at: 530)
        #expect(schedule.wakeAt == seconds(600))
    }
}
