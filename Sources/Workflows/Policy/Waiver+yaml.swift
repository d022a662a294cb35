import Domain
import Time

extension Waiver {
    private static let keys = [
        "id", "advisory", "cve", "package", "nodes", "patch-groups", "sites", "reason", "compensating-control", "owner",
        "requested", "approved", "expires",
    ]

    init?(_ value: YAMLValue, _ problems: ProblemList) {
        guard let reader = MappingReader(value, "a waiver", keys: Self.keys, problems) else { return nil }
        let id = reader.text("id", "its id such as W-12")
        let subject = Self.subject(reader)
        let scope = Self.scope(reader)
        let reason = reader.text("reason", "why the findings stay open")
        let control = reader.text("compensating-control", "what is done instead")
        let owner = reader.text("owner", "who answers for it")
        let requested = reader.required("requested", expected: "who asked for it and on which day").flatMap {
            Self.signature("requested", $0, problems)
        }
        let approved = reader.value("approved").flatMap { Self.signature("approved", $0, problems) }
        let expires = reader.required("expires", expected: "its last day, such as 2027-01-31; none is without an end")
            .flatMap(problems.date)
        guard let id, let subject, let scope, let reason, let control, let owner, let requested, let expires else {
            return nil
        }
        do throws(WaiverProblem) {
            try self.init(
                id: id,
                subject: subject,
                scope: scope,
                reason: reason,
                compensatingControl: control,
                owner: owner,
                requestedBy: requested.by,
                requestedAt: requested.on.beginning,
                expiresAt: expires.end
            )
            if let approved { try approve(by: approved.by, at: approved.on.beginning) }
        } catch {
            problems.add("\(error)", at: value.place)
            return nil
        }
    }

    // MARK: - Steps

    private static func subject(_ reader: MappingReader) -> Subject? {
        guard let key = reader.one(of: ["advisory", "cve", "package"], "what a waiver is about") else {
            reader.problems.add("a waiver is about an `advisory`, a `cve` or a `package`: name one", at: reader.place)
            return nil
        }
        guard let value = reader.value(key), let text = reader.problems.text(value, expected: "an id or a name") else {
            return nil
        }
        switch key {
        case "advisory": return .advisory(text)
        case "package": return .package(text)
        default:
            if let cve = CVE(text) { return .cve(cve) }
            reader.problems.add("found \(value.title): expected a CVE such as CVE-2026-1234", at: value.place)
            return nil
        }
    }

    private static func scope(_ reader: MappingReader) -> Scope? {
        guard let key = reader.one(of: ["nodes", "patch-groups", "sites"], "where a waiver holds") else {
            return .fleet
        }
        let names = reader.texts(key, expected: "a name")
        return switch key {
        case "nodes": .nodes(names)
        case "sites": .sites(names)
        default: .patchGroups(names)
        }
    }

    /// Who did something, and on which day.
    private static func signature(
        _ key: String,
        _ value: YAMLValue,
        _ problems: ProblemList
    ) -> (by: String, on: CivilDate)? {
        guard let reader = MappingReader(value, "`\(key)`", keys: ["by", "on"], problems) else { return nil }
        let by = reader.text("by", "a person")
        let on = reader.required("on", expected: "a day such as 2026-11-20").flatMap(problems.date)
        guard let by, let on else { return nil }
        return (by, on)
    }
}

extension MappingReader {
    /// A text that must be there.
    fileprivate func text(_ key: String, _ expected: String) -> String? {
        required(key, expected: expected).flatMap { problems.text($0, expected: expected) }
    }

    /// The first of the keys that is there; any other is a problem.
    fileprivate func one(of keys: [String], _ what: String) -> String? {
        let given = keys.filter { value($0) != nil }
        for key in given.dropFirst() {
            let message = "`\(given[0])` and `\(key)` both say \(what): leave one out"
            problems.add(message, at: value(key)?.place ?? place)
        }
        return given.first
    }
}
