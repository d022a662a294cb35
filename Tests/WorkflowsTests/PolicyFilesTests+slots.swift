import Domain
import Testing
import Workflows

/// Reboot slots in the policy's files.
extension PolicyFilesTests {
    @Test("Groups of reboot slots, with what is left out as it is usual")
    func rebootSlots() throws {
        let text = """
            reboot-slots:
              - { name: db, for: { hosts: "db-*" } }
              - { name: k8s.eu, slots: 2, lease: 1h, release-when: back, fleetlock: true, for: { ring: main, sites: London } }

            """
        let groups = try read("sites: [{ name: London, zone: UTC }]\n", text).policy.rebootSlots
        #expect(groups.first == RebootSlotGroup(name: "db", hosts: ["db-*"]))
        let second = RebootSlotGroup(
            name: "k8s.eu",
            slots: 2,
            leaseSeconds: 3_600,
            releaseWhen: .back,
            isOpenToFleetLock: true,
            targets: TargetSelector(rings: ["main"], sites: ["London"])
        )
        #expect(groups.last == second)
    }

    @Test(
        "A group of reboot slots that is none says why, where it stands",
        arguments: [
            ("{ name: db }", "`for` names nothing: name sites, patch groups, a ring or hosts, or open it to FleetLock"),
            (
                "{ name: a/b, for: { hosts: a } }",
                "found the name `a/b`: expected 1 to 50 letters of a to z, digits, dots or hyphens"
            ),
            ("{ name: db, for: { sites: Paris } }", "`sites` has no site `Paris`"),
        ]
    )
    func unfitSlots(item: String, message: String) {
        let found = problems("reboot-slots:\n  - \(item)\n")
        #expect(found.contains("0.yaml:2:5: \(message)"), "\(found)")
    }
}
