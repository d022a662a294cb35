import Domain
import Testing
import Time

private let security = ArchiveOrigin(
    origin: "Debian",
    label: "Debian-Security",
    codename: "bookworm-security",
    archive: "stable-security"
)
private let updates = ArchiveOrigin(origin: "Debian", label: "Debian", codename: "bookworm", archive: "stable")

private func update(
    _ name: String,
    _ version: String = "2.0",
    from origins: [ArchiveOrigin] = [security],
    priority: String = "optional",
    section: String = "net"
) -> UpdateItem {
    UpdateItem(
        patch: Patch(name: name, architecture: "amd64", version: version),
        installedVersion: "1.0",
        origins: origins,
        priority: priority,
        section: section
    )
}

private func inventory(
    _ updates: [UpdateItem],
    held: [String] = [],
    indexCount: Int = 1,
    rebootReasons: [String] = []
) -> HostInventory {
    HostInventory(
        platform: "debian",
        platformVersion: "12",
        architecture: "amd64",
        installed: updates.map { update in
            let patch = Patch(name: update.patch.name, architecture: "amd64", version: update.installedVersion)
            return InstalledItem(patch: patch, isHeld: held.contains(update.patch.name))
        },
        updates: updates,
        indexCount: indexCount,
        rebootReasons: rebootReasons
    )
}

private func baseline(
    rules: [Baseline.ApprovalRule] = [rule([.classification: ["Security"]], .high)],
    approved: [String] = [],
    rejected: [String] = []
) -> Baseline {
    Baseline(
        name: "b",
        patchGroups: ["*"],
        rules: rules,
        approved: approved,
        approvedLevel: .low,
        approvedIncludesNonSecurity: true,
        rejected: rejected
    )
}

private func rule(_ filters: [FilterKey: [String]], _ level: ComplianceLevel) -> Baseline.ApprovalRule {
    let filters = filters.sorted { $0.key.rawValue < $1.key.rawValue }.map { PatchFilter($0.key, $0.value) }
    return Baseline.ApprovalRule(filters: filters, level: level, includesNonSecurity: true)
}

extension Baseline {
    fileprivate func approval(of update: UpdateItem) -> ComplianceLevel? {
        judge(inventory([update]).candidate(update), at: seconds(1)).level
    }

    fileprivate func select(_ inventory: HostInventory) -> PatchSet { select(inventory, at: seconds(1)) }
}

@Suite("A baseline")
struct BaselineTests {
    @Test("Security is where any origin is the distribution's security archive")
    func classification() {
        let ubuntu = ArchiveOrigin(origin: "Ubuntu", label: "Ubuntu", codename: "jammy", archive: "jammy-security")
        let other = ArchiveOrigin(
            origin: "Acme",
            label: "Debian-Security",
            codename: "x-security",
            archive: "x-security"
        )
        #expect(update("a", from: [updates, security]).classification == .security)
        #expect(update("a", from: [ubuntu]).classification == .security)
        #expect(update("a", from: [updates]).classification == .nonSecurity)
        #expect(update("a", from: [other]).classification == .nonSecurity)
        #expect(update("a", from: []).classification == .nonSecurity)
    }

    @Test("A rule approves when all that it names holds, and the highest level wins")
    func rules() {
        let rules: [Baseline.ApprovalRule] = [
            rule([.classification: ["Security"]], .high),
            rule([.classification: ["Security"], .priority: ["important"], .section: ["net"]], .critical),
        ]
        let judge = baseline(rules: rules, approved: ["curl*"])
        #expect(judge.approval(of: update("openssl")) == .high)
        #expect(judge.approval(of: update("openssl", priority: "Important")) == .critical)
        #expect(judge.approval(of: update("openssl", priority: "important", section: "libs")) == .high)
        #expect(judge.approval(of: update("vim", from: [updates])) == nil)
        #expect(judge.approval(of: update("curl", from: [updates])) == .low)
        #expect(judge.approval(of: update("curl")) == .low, "the list beats the rules")
    }

    @Test(
        "Rejected beats approved, by name, architecture or version",
        arguments: ["openssl", "OPENSSL", "open*", "openssl.amd64", "openssl=2.*", "openssl.amd64=2.0", "opens?l"]
    )
    func rejected(pattern: String) {
        let judge = baseline(approved: ["openssl"], rejected: [pattern])
        #expect(judge.select(inventory([update("openssl"), update("bash")])).patches.map(\.name) == ["bash"])
    }

    @Test(
        "A pattern for something else rejects nothing",
        arguments: ["openss", "openssl=3.*", "openssl.arm64", "", "?"]
    )
    func otherPattern(pattern: String) {
        #expect(baseline(rejected: [pattern]).approval(of: update("openssl")) == .high)
    }

    @Test("New packages come with patches unless they are rejected, and are not missed by themselves")
    func newcomers() {
        let judge = baseline(rejected: ["unwanted"])
        var found = inventory([update("kernel")])
        found.newcomers = ["image", "unwanted"].map { Patch(name: $0, architecture: "amd64", version: "2.0") }
        #expect(judge.select(found).newcomers.map(\.name) == ["image"])
        let compliance = NodeCompliance.evaluate(HostScan(inventory: found, at: seconds(0)), by: judge, now: seconds(1))
        #expect(compliance.missing.map(\.patch.name) == ["kernel"])
        found.updates = []
        #expect(judge.select(found) == PatchSet(patches: []))
    }

    @Test("What a person holds back, or what leads down, is left alone")
    func held() {
        let judge = baseline()
        let found = inventory([update("b"), update("a"), update("held"), update("older", "1.0~rc1")], held: ["held"])
        #expect(judge.select(found).patches.map(\.name) == ["a", "b"])
        let compliance = NodeCompliance.evaluate(HostScan(inventory: found, at: seconds(0)), by: judge, now: seconds(1))
        #expect(compliance.missing.map(\.patch.name) == ["a", "b", "held"])
    }

    @Test("What an obstacle keeps out stays missing; what is broken is repaired on the way")
    func obstacles() {
        let judge = baseline()
        var found = inventory([update("a"), update("a", "2.1"), update("b"), update("c"), update("d", "1.0")])
        found.updates[1].obstacle = .phased
        found.updates[2].obstacle = .pinned
        found.updates[3].obstacle = .blocked(by: "a")
        #expect(judge.select(found).patches.map(\.description) == ["a.amd64=2.0"])
        found.installed = found.installed.map { item in
            var item = item
            item.isBroken = item.patch.name == "d"
            return item
        }
        #expect(judge.select(found).patches.map(\.name) == ["a", "d"], "d does not work at the version it has")
        let compliance = NodeCompliance.evaluate(HostScan(inventory: found, at: seconds(0)), by: judge, now: seconds(1))
        #expect(compliance.missing.map(\.patch.name) == ["a", "a", "b", "c", "d"])
    }

    @Test("What cannot come without something rejected is left out, as far as that reaches, and names it")
    func needs() {
        let judge = baseline(rejected: ["fonts"])
        var found = inventory(["app", "free", "held", "lib", "needy"].map { update($0) }, held: ["held"])
        found.newcomers = ["fonts", "glue", "image"].map { Patch(name: $0, architecture: "amd64", version: "2.0") }
        found.needs = ["app": ["image", "lib"], "glue": ["fonts"], "lib": ["glue"], "needy": ["held"]]
        #expect(judge.select(found).patches.map(\.name) == ["free"])
        #expect(judge.select(found).newcomers.map(\.name) == ["image"])
        let obstacles = judge.obstacles(in: found, at: seconds(0)).map { ($0.key.name, $0.value) }
        let expected: [String: PatchObstacle] = [
            "app": .blocked(by: "fonts"), "glue": .blocked(by: "fonts"), "held": .held, "lib": .blocked(by: "fonts"),
            "needy": .blocked(by: "held"),
        ]
        #expect(Dictionary(uniqueKeysWithValues: obstacles) == expected)
        let compliance = NodeCompliance.evaluate(HostScan(inventory: found, at: seconds(0)), by: judge, now: seconds(1))
        #expect(compliance.missing.count == 5, "it stays missing")
        #expect(baseline().select(found).patches.map(\.name) == ["app", "free", "lib"])
    }

    @Test("A version that is pinned or comes in phases keeps out nothing that needs an older one")
    func neededVersion() {
        var found = inventory([update("app"), update("lib"), update("lib", "2.1")])
        found.updates[2].obstacle = .phased
        found.needs = ["app": ["lib"], "lib": ["app"]]
        #expect(baseline().select(found).patches.map(\.name) == ["app", "lib"], "a circle comes as one")
        found.needs = ["app": ["lib"]]
        #expect(baseline(rejected: ["lib=2.1"]).select(found).patches.map(\.name) == ["app", "lib"], "nor if rejected")
    }
}

@Suite("A node's compliance")
struct ComplianceTests {
    private func judge(
        _ inventory: HostInventory?,
        by baseline: Baseline? = baseline(),
        age: Int = 0
    ) -> NodeCompliance {
        NodeCompliance.evaluate(
            inventory.map { HostScan(inventory: $0, at: seconds(0)) },
            by: baseline,
            now: seconds(age)
        )
    }

    @Test("Green needs a fresh scan that lacks nothing, of indexes, by a baseline")
    func unknown() {
        let good = inventory([update("vim", from: [updates])])
        #expect(judge(good).state == .compliant)
        #expect(judge(good, age: NodeCompliance.scanLifetimeSeconds).state == .compliant)
        #expect(judge(good, age: NodeCompliance.scanLifetimeSeconds + 1).unknownReason == .staleScan)
        #expect(judge(nil).unknownReason == .neverScanned)
        #expect(judge(good, by: nil).unknownReason == .noBaseline)
        #expect(judge(inventory([], indexCount: 0)).unknownReason == .noIndexes)
        #expect(judge(nil).state == .unknown)
    }

    @Test(
        "An index proves nothing when its archive no longer answers for it, nor an old one of a security archive",
        arguments: [
            (security, 14, nil, false), (security, 15, nil, true), (updates, 400, nil, false),
            (security, nil, nil, false),
            (security, 15, 0, false), (security, 1, -1, true), (updates, 400, -1, true), (updates, 400, 0, false),
        ] as [(ArchiveOrigin, Int?, Int?, Bool)]
    )
    func staleIndex(origin: ArchiveOrigin, age: Int?, validFor: Int?, isStale: Bool) {
        let day = 86_400
        let index = ArchiveIndex(
            origin: origin,
            date: age.map { seconds(-$0 * day) },
            // At the other end of the day: what counts is the day.
            validUntil: validFor.map { seconds($0 * day) }
        )
        var scanned = inventory([])
        scanned.indexes = [ArchiveIndex(origin: updates, date: nil), index]
        let scan = HostScan(inventory: scanned, at: seconds(day - 1))
        let compliance = NodeCompliance.evaluate(scan, by: baseline(), now: scan.at)
        #expect(compliance.state == (isStale ? .unknown : .compliant))
        #expect(compliance.unknownReason == (isStale ? .staleIndex : nil))
    }

    @Test("Of security archives the newest counts: extended support takes over from the one that is made anew no more")
    func extendedSupport() {
        let extended = ArchiveOrigin(origin: "UbuntuESM", label: "", codename: "jammy", archive: "jammy-infra-security")
        let ubuntu = ArchiveOrigin(origin: "Ubuntu", label: "", codename: "jammy", archive: "jammy-security")
        for (fresh, old) in [(extended, ubuntu), (ubuntu, extended)] {
            let indexes = [
                ArchiveIndex(origin: old, date: seconds(-400 * 86_400)), ArchiveIndex(origin: fresh, date: seconds(0)),
            ]
            #expect(!indexes.areStale(at: seconds(0)))
            #expect(indexes.areStale(at: seconds(15 * 86_400)))
        }
    }

    @Test("Where nothing proves anything now, a silent agent or a wrong clock is the reason")
    func silence() {
        typealias Reason = NodeCompliance.UnknownReason
        let last = NodeCompliance.silenceSeconds
        for reason in [Reason.neverScanned, .staleScan, .unscannedRun] {
            func explained(_ isClockOff: Bool, after age: Int) -> Reason {
                reason.explained(heardAt: seconds(0), isClockOff: isClockOff, at: seconds(age))
            }
            #expect(explained(false, after: last) == reason)
            #expect(explained(false, after: last + 1) == .agentSilent)
            #expect(explained(true, after: 0) == .clock)
            #expect(explained(true, after: last + 1) == .clock)
        }
        for reason in [Reason.noIndexes, .staleIndex, .noBaseline] {
            #expect(reason.explained(heardAt: seconds(0), isClockOff: true, at: seconds(last + 1)) == reason)
        }
    }

    @Test("A missing patch or a pending reboot is against it, an installed package that is rejected is not")
    func nonCompliant() {
        let rules: [Baseline.ApprovalRule] = [
            rule([.classification: ["Security"]], .critical), rule([.priority: ["important"]], .medium),
        ]
        let missing = judge(
            inventory([update("a"), update("b", from: [updates], priority: "important")]),
            by: baseline(rules: rules)
        )
        #expect(missing.state == .nonCompliant)
        #expect(missing.missing.map(\.level) == [.critical, .medium])
        #expect(missing.criticalMissingCount == 1)
        let rejected = judge(inventory([update("telnetd")]), by: baseline(rejected: ["telnetd"]))
        #expect(rejected.state == .compliant)
        #expect(rejected.missing.isEmpty)
        let pending = judge(inventory([], rebootReasons: ["linux-image"]))
        #expect(pending.state == .nonCompliant)
        #expect(pending.isPendingReboot)
    }
}
