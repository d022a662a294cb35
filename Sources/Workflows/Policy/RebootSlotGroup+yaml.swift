import Domain

extension RebootSlotGroup {
    private static let keys = ["name", "slots", "lease", "release-when", "fleetlock", "for"]

    init?(_ value: YAMLValue, _ problems: ProblemList) {
        guard let reader = MappingReader(value, "a group of reboot slots", keys: Self.keys, problems) else {
            return nil
        }
        let name = reader.required("name", expected: "the group's name").flatMap {
            problems.text($0, expected: "the group's name")
        }
        let isOpen = reader.value("fleetlock").flatMap { problems.boolean($0) } ?? false
        guard let name else { return nil }
        self.init(name: name, isOpenToFleetLock: isOpen)
        if let value = reader.value("slots") {
            slots = problems.number(value, in: Self.slotCounts, what: "a number of slots") ?? slots
        }
        if let value = reader.value("lease") {
            leaseSeconds = problems.seconds(value, in: Self.leases, what: "a lease") ?? leaseSeconds
        }
        if let value = reader.value("release-when") {
            releaseWhen = problems.word(value, ReleaseRule.self) ?? releaseWhen
        }
        guard let value = reader.value("for") else { return }
        let keys = ["ring", "patch-groups", "sites", "hosts"]
        guard let members = MappingReader(value, "`for`", keys: keys, problems) else { return }
        targets = TargetSelector(
            rings: members.texts("ring", expected: "a ring such as early"),
            patchGroups: members.texts("patch-groups", expected: "a patch group such as Ubuntu22-early or Ubuntu22-*"),
            sites: members.texts("sites", expected: "a site")
        )
        hosts = members.texts("hosts", expected: "a host's name such as db-1 or db-*")
    }
}
