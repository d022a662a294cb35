import Domain
import Scheduling

/// A policy in the making, with where each of its items stands.
struct PolicyDraft {
    struct Origin {
        let file: String
        let place: Place
    }

    private static let keys = [
        "sites", "groups", "baselines", "defaults", "windows", "freezes", "sla", "waivers", "reboot-slots",
        "destinations", "tests",
    ]

    private(set) var policy = Policy()
    private(set) var tests: [PolicyTest] = []
    private(set) var origins: [PolicyProblem.Section: [Origin]] = [:]

    mutating func read(
        _ file: PolicyFiles.File,
        _ problems: ProblemList,
        _ calendar: (String) throws(UnreadableCalendar) -> String
    ) {
        guard let text = problems.text(of: file.bytes), let value = YAMLValue.document(text, problems),
            let reader = MappingReader(value, "the policy", keys: Self.keys, problems)
        else { return }
        for item in reader.list("sites") {
            add(PolicySite(item, problems), to: \.sites, .sites, item, file)
        }
        for item in reader.list("groups") {
            add(problems.text(item, expected: "a patch group such as AL2023-early"), to: \.groups, .groups, item, file)
        }
        for item in reader.list("baselines") {
            add(BaselineReader.read(item, problems), to: \.baselines, .baselines, item, file)
        }
        for item in reader.list("defaults") {
            add(problems.text(item, expected: "a baseline's name"), to: \.defaults, .defaults, item, file)
        }
        for item in reader.list("windows") {
            add(PolicyWindow(item, problems), to: \.windows, .windows, item, file)
        }
        for item in reader.list("freezes") {
            if let found = PolicyCalendar.reference(item) {
                add(PolicyCalendar(found, item, problems, calendar), to: \.calendars, .calendars, item, file)
            } else {
                add(PolicyFreeze(item, problems), to: \.freezes, .freezes, item, file)
            }
        }
        if let value = reader.value("sla") { readSLA(value, problems) }
        for item in reader.list("waivers") {
            add(Waiver(item, problems), to: \.waivers, .waivers, item, file)
        }
        for item in reader.list("reboot-slots") {
            add(RebootSlotGroup(item, problems), to: \.rebootSlots, .rebootSlots, item, file)
        }
        for item in reader.list("destinations") {
            add(Destination(item, problems), to: \.destinations, .destinations, item, file)
        }
        tests += reader.list("tests").compactMap { PolicyTest($0, file: file.name, problems) }
    }

    // MARK: - Steps

    private mutating func readSLA(_ value: YAMLValue, _ problems: ProblemList) {
        if policy.sla != nil { problems.add("`sla` stands in two files: expected it once", at: value.place) }
        policy.sla = SLAPolicy(value, problems) ?? policy.sla
    }

    private mutating func add<Item>(
        _ item: Item?,
        to list: WritableKeyPath<Policy, [Item]>,
        _ section: PolicyProblem.Section,
        _ value: YAMLValue,
        _ file: PolicyFiles.File
    ) {
        guard let item else { return }
        policy[keyPath: list].append(item)
        origins[section, default: []].append(Origin(file: file.name, place: value.place))
    }
}
