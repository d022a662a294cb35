import Domain

/// Reads a stage's `gate`.
enum GateReader {
    static func read(_ value: YAMLValue, _ problems: ProblemList) -> Gate? {
        let keys = ["soak", "failed-at-most", "approve", "checks"]
        guard let reader = MappingReader(value, "`gate`", keys: keys, problems) else { return nil }
        let soak = reader.value("soak").map { problems.seconds($0, in: 0...90 * 86_400, what: "a soak") } ?? 0
        let failed = reader.value("failed-at-most").flatMap { problems.limit($0, from: 0, what: "failed-at-most") }
        return Gate(
            soakSeconds: soak ?? 0,
            failedAtMost: failed,
            approval: reader.value("approve").flatMap { approval($0, problems) },
            checks: CheckReader.read(reader)
        )
    }

    private static func approval(_ value: YAMLValue, _ problems: ProblemList) -> Gate.ApprovalRule? {
        guard let reader = MappingReader(value, "`approve`", keys: ["by", "role"], problems) else { return nil }
        let count = reader.required("by", expected: "how many people must approve").flatMap {
            problems.number($0, in: 1...20, what: "how many people must approve")
        }
        let role = reader.value("role").flatMap { problems.word($0, ApprovalRole.self) }
        return count.map { Gate.ApprovalRule(by: $0, role: role?.rawValue) }
    }
}
