import Domain
import Testing
import Time

private let security = ArchiveOrigin(
    origin: "Debian",
    label: "Debian-Security",
    codename: "bookworm-security",
    archive: "stable-security"
)

private func patch(_ name: String, _ version: String) -> Patch {
    Patch(name: name, architecture: "amd64", version: version)
}

private func update(_ name: String, _ installed: String, to version: String) -> UpdateItem {
    UpdateItem(
        patch: patch(name, version),
        installedVersion: installed,
        origins: [security],
        priority: "optional",
        section: "misc"
    )
}

private func finding(_ name: String, _ installed: String, fixedIn version: String?) -> Finding {
    let facts = AdvisoryFacts(id: "DSA-1", source: .debian, digest: "", severity: .high)
    return Finding(advisory: facts, package: patch(name, installed), fixedVersion: version)
}

@Suite("What a host is offered against its findings")
struct FixOfferTests {
    private let baseline = Baseline(
        name: "one",
        system: .debian,
        patchGroups: ["*"],
        rules: [.init(filters: [], level: .high)],
        rejected: ["telnetd"]
    )

    private func offer(
        installed: [InstalledItem] = [],
        updates: [UpdateItem],
        newcomers: [Patch] = [],
        by baseline: Baseline?
    ) -> FixOffer {
        let inventory = HostInventory(
            platform: "debian",
            platformVersion: "12",
            architecture: "amd64",
            installed: installed,
            updates: updates,
            newcomers: newcomers,
            indexCount: 1,
            rebootReasons: []
        )
        return FixOffer(inventory, judgedBy: baseline, at: seconds(0))
    }

    @Test("An update closes a finding when it has the fix")
    func updates() {
        var offer = offer(
            updates: [update("curl", "1.9", to: "1.10"), update("telnetd", "1", to: "2")],
            by: baseline
        )
        let approved = Judgement.approved(.high, by: .rule(0))
        #expect(offer.judgement(closing: finding("curl", "1.9", fixedIn: "1.10")) == approved)
        #expect(offer.judgement(closing: finding("curl", "1.9", fixedIn: "1.9.5")) == approved)
        #expect(offer.judgement(closing: finding("curl", "1.9", fixedIn: "1.11")) == nil, "it has no fix yet")
        #expect(offer.judgement(closing: finding("wget", "1", fixedIn: "2")) == nil)
        #expect(offer.judgement(closing: finding("telnetd", "1", fixedIn: "2")) == .rejected("telnetd"))
        var foreign = finding("curl", "1.9", fixedIn: "1.10")
        foreign.package.architecture = "i386"
        #expect(offer.judgement(closing: foreign) == nil)
    }

    @Test("A host without a baseline has nothing approved")
    func noBaseline() {
        var offer = offer(updates: [update("curl", "1", to: "2")], by: nil)
        #expect(offer.judgement(closing: finding("curl", "1", fixedIn: "2")) == .notApproved(.noRule))
    }

    @Test("Where the source has a version of its own, whatever is newer counts")
    func rebuilt() {
        let source = PackageSet.Source(name: "gcc-defaults", version: "1.203")
        let item = InstalledItem(patch: patch("gcc", "4:12.2"), isHeld: false, source: source)
        var offer = offer(installed: [item], updates: [update("gcc", "4:12.2", to: "4:12.3")], by: baseline)
        #expect(offer.judgement(closing: finding("gcc", "4:12.2", fixedIn: "1.204"))?.level == .high)
    }

    @Test("A new kernel beside the old one comes along with what is approved")
    func newcomers() {
        let old = finding("linux-image-6.1.0-27-amd64", "6.1.115-1", fixedIn: "6.1.119-1")
        let new = patch("linux-image-6.1.0-28-amd64", "6.1.119-1")
        let meta = update("linux-image-amd64", "6.1.115-1", to: "6.1.119-1")
        var offered = offer(updates: [meta], newcomers: [new], by: baseline)
        #expect(offered.judgement(closing: old)?.level == .high)
        var other = baseline
        other.rejected = ["linux-image-6.1.0-28-*"]
        var rejected = offer(updates: [meta], newcomers: [new], by: other)
        #expect(rejected.judgement(closing: old) == .rejected("linux-image-6.1.0-28-*"))
        var none = offer(updates: [], newcomers: [new], by: baseline)
        #expect(none.judgement(closing: old)?.level == nil, "nothing brings it")
        var older = offer(updates: [meta], newcomers: [patch(new.name, "6.1.118-1")], by: baseline)
        #expect(older.judgement(closing: old) == nil)
    }

    @Test("A hold on the host is an obstacle")
    func held() {
        let items = [("curl", true), ("wget", false)].map { InstalledItem(patch: patch($0.0, "1"), isHeld: $0.1) }
        let offer = offer(installed: items, updates: [], by: baseline)
        #expect(offer.obstacle(to: finding("curl", "1", fixedIn: "2")) == .held)
        #expect(offer.obstacle(to: finding("wget", "1", fixedIn: "2")) == nil)
    }

    @Test("What is broken is repaired by the install that brings the fix, and is no obstacle unless it is held")
    func broken() {
        for (isHeld, obstacle) in [(false, nil), (true, .held)] as [(Bool, PatchObstacle?)] {
            let item = InstalledItem(patch: patch("curl", "1"), isHeld: isHeld, isBroken: true)
            let offer = offer(installed: [item], updates: [update("curl", "1", to: "2")], by: baseline)
            #expect(offer.obstacle(to: finding("curl", "1", fixedIn: "2")) == obstacle)
        }
    }

    @Test("What keeps out the only version with the fix is an obstacle")
    func obstacles() {
        var newest = update("curl", "1", to: "3")
        newest.obstacle = .phased
        var offer = offer(updates: [update("curl", "1", to: "2"), newest], by: baseline)
        #expect(offer.obstacle(to: finding("curl", "1", fixedIn: "2")) == nil)
        #expect(offer.obstacle(to: finding("curl", "1", fixedIn: "3")) == .phased)
        #expect(offer.judgement(closing: finding("curl", "1", fixedIn: "3"))?.level == .high)
    }
}
