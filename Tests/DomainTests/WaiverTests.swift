import Domain
import Foundation
import Testing
import Time

private let now = seconds(1_780_000_000)
private let day = 86_400

private func waiver(
    subject: Waiver.Subject = .advisory("A-1"),
    scope: Waiver.Scope = .fleet,
    reason: String = "no restart before the fair",
    days: Int = 30
) throws(WaiverProblem) -> Waiver {
    try Waiver(
        id: "W-1",
        subject: subject,
        scope: scope,
        reason: reason,
        compensatingControl: "the port is closed",
        owner: "olga",
        requestedBy: "ada",
        requestedAt: now,
        expiresAt: now + .seconds(days * day)
    )
}

@Suite("Waivers")
struct WaiverTests {
    private let finding = Finding(
        advisory: AdvisoryFacts(
            id: "A-1",
            source: .debian,
            digest: "",
            severity: .high
        ),
        package: Patch(name: "curl", architecture: "amd64", version: "1"),
        fixedVersion: "2"
    )
    private let place = NodePlace(node: "mi-1", patchGroup: "web", site: "oslo")

    @Test("It is in force from its approval to its end")
    func term() throws {
        var waiver = try waiver()
        #expect(waiver.term == nil)
        #expect(!waiver.isInForce(at: now))
        try waiver.approve(by: "grace", at: now + .seconds(60))
        #expect(waiver.approval == Waiver.Approval(by: "grace", at: now + .seconds(60)))
        #expect(!waiver.isInForce(at: now + .seconds(59)))
        #expect(waiver.isInForce(at: now + .seconds(60)))
        #expect(waiver.isInForce(at: now + .seconds(30 * day - 1)))
        #expect(!waiver.isInForce(at: now + .seconds(30 * day)))
        #expect(try coded(waiver) == waiver)
    }

    @Test("Nobody approves their own, twice, or too late")
    func approvals() throws {
        var waiver = try waiver()
        for own in ["ada", "Ada"] {
            #expect(throws: WaiverProblem.ownApproval) { try waiver.approve(by: own, at: now) }
        }
        #expect(throws: WaiverProblem.tooLate) { try waiver.approve(by: "grace", at: now - .seconds(1)) }
        #expect(throws: WaiverProblem.tooLate) { try waiver.approve(by: "grace", at: now + .seconds(30 * day)) }
        #expect(waiver.approval == nil)
        try waiver.approve(by: "grace", at: now)
        #expect(throws: WaiverProblem.approvedAlready) { try waiver.approve(by: "linus", at: now) }
        #expect(waiver.approval?.by == "grace")
    }

    @Test("One that was written by hand is looked at as a whole")
    func written() throws {
        var waiver = try waiver()
        try waiver.approve(by: "grace", at: now)
        #expect(waiver.problem == nil)
        let text = String(decoding: try JSONEncoder().encode(waiver), as: UTF8.self)
        func problem(_ found: String, _ written: String) throws -> WaiverProblem? {
            let other = text.replacing(found, with: written)
            return try JSONDecoder().decode(Waiver.self, from: Data(other.utf8)).problem
        }
        #expect(try problem("grace", "ada") == .ownApproval)
        #expect(try problem("grace", " ") == .missing("approver"))
        #expect(try problem("olga", "") == .missing("owner"))
        #expect(try problem(#""requestedAt":\#(now.microseconds)"#, #""requestedAt":0"#) == .term)
        #expect(try problem(#""at":\#(now.microseconds)"#, #""at":0"#) == .tooLate)
    }

    @Test("None is without an end, or of more than 366 days")
    func ends() throws {
        for days in [-1, 0, 367, 100_000] { #expect(throws: WaiverProblem.term) { try waiver(days: days) } }
        #expect(try waiver(days: 366).expiresAt == now + .seconds(366 * day))
    }

    @Test("All that it says must be said, in bounds")
    func texts() {
        #expect(throws: WaiverProblem.missing("reason")) { try waiver(reason: " \n") }
        #expect(throws: WaiverProblem.tooLong("reason")) { try waiver(reason: String(repeating: "a", count: 4_001)) }
        for scope in [Waiver.Scope.nodes([]), .sites([]), .patchGroups(Array(repeating: "a", count: 10_001))] {
            #expect(throws: WaiverProblem.scope) { try waiver(scope: scope) }
        }
        #expect(WaiverProblem.missing("reason").description == "a waiver needs its reason; say it")
    }

    @Test(
        "It is about an advisory, a vulnerability or a package",
        arguments: [
            (Waiver.Subject.advisory("A-1"), true), (.advisory("A-2"), false), (.package("curl"), true),
            (.package("libcurl"), false),
        ]
    )
    func subjects(subject: Waiver.Subject, isCovered: Bool) throws {
        #expect(try waiver(subject: subject).covers(finding, on: place) == isCovered)
    }

    @Test(
        "It is about a vulnerability where the advisory names no other",
        arguments: [
            (["CVE-2026-1002"], true), (["CVE-2026-10020"], false), (["CVE-2026-1001", "CVE-2026-1002"], false),
            ([], false),
        ]
    )
    func vulnerabilities(names: [String], isCovered: Bool) throws {
        let cve = try #require(CVE("CVE-2026-1002"))
        var other = finding
        other.advisory.cves = names.compactMap { CVE($0) }
        #expect(try waiver(subject: .cve(cve)).covers(other, on: place) == isCovered)
    }

    @Test(
        "It is for nodes, patch groups, sites or all",
        arguments: [
            (Waiver.Scope.fleet, true), (.nodes(["mi-2", "mi-1"]), true), (.nodes(["web", "oslo"]), false),
            (.patchGroups(["web"]), true), (.patchGroups(["oslo"]), false), (.sites(["oslo"]), true),
            (.sites(["mi-1"]), false),
        ]
    )
    func scopes(scope: Waiver.Scope, isCovered: Bool) throws {
        #expect(try waiver(scope: scope).covers(finding, on: place) == isCovered)
        #expect(try !waiver(subject: .package("bash"), scope: scope).covers(finding, on: place))
    }
}
