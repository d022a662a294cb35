import Domain
import Testing

@Suite("Roles and scopes")
struct AccessRoleTests {
    /// Each role's permissions, in full: whoever changes one changes this.
    private static let table: [AccessRole: Set<Permission>] = [
        .viewer: [.read],
        .operator: [.read, .steer, .run, .approve, .enrol, .changePolicy, .repair],
        .approver: [.read, .approve],
        .admin: [.read, .readAudit, .steer, .run, .approve, .enrol, .changePolicy, .repair, .manageAccess],
        .auditor: [.read, .readAudit],
    ]

    @Test("Each role has its permissions and no other", arguments: AccessRole.allCases, Permission.allCases)
    func permissions(role: AccessRole, permission: Permission) throws {
        let principal = Principal(proof: .token("t"), name: "ana", roles: [role])
        let isAllowed = try #require(Self.table[role]).contains(permission)
        #expect(principal.has(permission) == isAllowed)
        if isAllowed {
            #expect(throws: Never.self) { try principal.check(permission) }
        } else {
            let error = #expect(throws: AccessRefusal.self) { try principal.check(permission) }
            #expect(error == .notPermitted(principal: "ana", permission: permission))
            #expect(error?.detail.contains(permission.rawValue) == true)
            for having in AccessRole.having(permission) { #expect(error?.detail.contains(having.rawValue) == true) }
        }
    }

    @Test("Several roles add up; none, and nobody, may do nothing")
    func several() {
        let both = Principal(proof: .token("t"), name: "ana", roles: [.approver, .auditor])
        #expect(Permission.allCases.filter(both.has) == [.read, .readAudit, .approve])
        #expect(Permission.allCases.filter(Principal.nobody.has).isEmpty)
        #expect(Permission.allCases.allSatisfy(Principal.breakGlass.has))
    }

    @Test(
        "A gate's role is had by those who may approve for it",
        arguments: zip(
            [AccessRole.viewer, .operator, .approver, .admin, .auditor],
            [[], [.operator], [.operator, .approver], [.operator, .approver], []] as [Set<ApprovalRole>]
        )
    )
    func approvals(role: AccessRole, roles: Set<ApprovalRole>) {
        #expect(Principal(proof: .token("t"), name: "ana", roles: [role]).approvalRoles == roles)
        #expect(role.permissions.contains(.approve) == !roles.isEmpty)
    }

    @Test("One acts under its own name; the local account under any")
    func actor() throws {
        let ana = Principal(proof: .token("t"), name: "ana", roles: [.admin])
        #expect(try ana.actor(claiming: nil) == "ana")
        #expect(try ana.actor(claiming: "ana") == "ana")
        for claimed in ["bob", "", "Ana"] {
            #expect(throws: AccessRefusal.notTheirName(principal: "ana", claimed: claimed)) {
                try ana.actor(claiming: claimed)
            }
        }
        let machine = Principal(proof: .identityProvider("https://id.example"), name: "ci", roles: [.admin])
        #expect(throws: AccessRefusal.self) { try machine.actor(claiming: "ana") }
        #expect(try Principal.breakGlass.actor(claiming: nil) == "operator")
        #expect(try Principal.breakGlass.actor(claiming: "ana") == "ana")
    }

    @Test("A node lies within a scope when its site, its ring and its patch group do")
    func nodes() {
        let scope = AccessScope(
            sites: ["Frankfurt", "Oslo"],
            rings: ["early"],
            patchGroups: ["Debian12-early", "x-main"]
        )
        #expect(scope.covers(site: "Oslo", patchGroup: "Debian12-early"))
        #expect(!scope.covers(site: "Paris", patchGroup: "Debian12-early"))
        #expect(!scope.covers(site: "Oslo", patchGroup: "x-main"), "another ring")
        #expect(!scope.covers(site: "Oslo", patchGroup: "Ubuntu22-early"), "another group")
        #expect(AccessScope.unlimited.covers(site: "any", patchGroup: "thing"))
    }

    @Test("What a selector leaves open is not within a limit")
    func selectors() {
        let early = AccessScope(rings: ["early"])
        #expect(early.covers(TargetSelector(rings: ["early"])))
        #expect(early.covers(TargetSelector(patchGroups: ["Debian12-early", "*-early"])))
        #expect(!early.covers(.all))
        #expect(!early.covers(TargetSelector(rings: ["early", "main"])))
        #expect(!early.covers(TargetSelector(patchGroups: ["Debian12-*"])))
        #expect(!early.covers(TargetSelector(patchGroups: ["Debian12-early*"])))
        #expect(!early.covers(TargetSelector(nodes: ["mi-1"])), "where that node stands is not known")
        let site = AccessScope(sites: ["Oslo"], patchGroups: ["a-early"])
        #expect(site.covers(TargetSelector(patchGroups: ["a-early"], sites: ["Oslo"])))
        #expect(!site.covers(TargetSelector(patchGroups: ["a-early"])))
        #expect(!site.covers(TargetSelector(patchGroups: ["a-*"], sites: ["Oslo"])))
        #expect(AccessScope.unlimited.covers(.all))
    }

    @Test("Whatever a covered selector matches lies within the scope", arguments: 0..<300 as Range<UInt64>)
    func coverage(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (sites, groups) = (["Oslo", "Paris"], ["a-early", "a-main", "b-early", "early", "a-b-main"])
        let patterns = groups + ["*", "a-*", "*-early", "?-main", "a*", "[ab]-early", "*early"]
        func some(_ names: [String]) -> [String] {
            random.chance(40)
                ? []
                : (0..<Int.random(in: 1...2, using: &random)).compactMap { _ in
                    names.randomElement(using: &random)
                }
        }
        let scope = AccessScope(sites: some(sites), rings: some(["early", "main"]), patchGroups: some(groups))
        let selector = TargetSelector(
            rings: some(["early", "main", "late"]),
            patchGroups: some(patterns),
            sites: some(sites)
        )
        guard scope.covers(selector) else { return }
        for site in sites {
            for group in groups where selector.matches(site: site, patchGroup: group) {
                #expect(scope.covers(site: site, patchGroup: group), "seed \(seed): \(selector) in \(scope)")
            }
        }
    }

    @Test("A limited principal reaches what lies within its scope, and nothing of the fleet's")
    func reach() {
        let ana = Principal(proof: .token("t"), name: "ana", roles: [.operator], scope: AccessScope(rings: ["early"]))
        #expect(throws: Never.self) {
            try ana.check(AccessReach.none)
            try ana.check(.node(site: "Oslo", patchGroup: "a-early"))
            try ana.check(.targets([TargetSelector(rings: ["early"])]))
        }
        let outside: [AccessReach] = [
            .fleet, .node(site: "Oslo", patchGroup: "a-main"),
            .targets([TargetSelector(rings: ["early"]), TargetSelector(rings: ["main"])]),
        ]
        for reach in outside {
            let error = #expect(throws: AccessRefusal.self) { try ana.check(reach) }
            #expect(error?.code == "out-of-scope")
            #expect(error?.detail.contains("rings early") == true)
            #expect(throws: Never.self) { try Principal.breakGlass.check(reach) }
        }
    }
}
