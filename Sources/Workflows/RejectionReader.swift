import Domain

/// Reads `rejected`: texts, or mappings with whose decision it is and until when.
enum RejectionReader {
    static func read(_ values: [YAMLValue], _ problems: ProblemList) -> ([String], [PatchRejection]) {
        var (plain, rejections) = ([String](), [PatchRejection]())
        for value in values {
            if case .mapping = value.content {
                rejections += rejection(value, problems).map { [$0] } ?? []
            } else if let text = problems.text(value, expected: "a package such as telnetd or telnetd=0.17*") {
                plain.append(text)
            }
        }
        return (plain, rejections)
    }

    private static func rejection(_ value: YAMLValue, _ problems: ProblemList) -> PatchRejection? {
        let keys = ["patch", "reason", "owner", "expires"]
        guard let reader = MappingReader(value, "a rejection", keys: keys, problems) else { return nil }
        func text(_ key: String, _ expected: String) -> String? {
            reader.required(key, expected: expected).flatMap { problems.text($0, expected: expected) }
        }
        let entry = text("patch", "a package such as telnetd or telnetd=0.17*")
        let reason = text("reason", "why it must not come")
        let owner = text("owner", "whose decision it is")
        guard let entry, let reason, let owner else { return nil }
        let expires = reader.value("expires").flatMap { problems.date($0) }
        return PatchRejection(entry: entry, reason: reason, owner: owner, expires: expires)
    }
}
