import Time

/// SSM's `PatchOrchestratorFilter`.
struct Filter: Decodable, Sendable {
    var key: String?
    var values: [String]?
}

/// The filters of a request: all must hold, and each holds by any of its values.
struct FilterList: Sendable {
    private let values: [String: [String]]

    /// - Throws: ``SSMError`` for a key that the operation does not have.
    init(_ filters: [Filter], _ keys: Set<String>, refusing code: String = "ValidationException") throws(SSMError) {
        var values: [String: [String]] = [:]
        for filter in filters {
            guard let key = filter.key, keys.contains(key) else {
                let list = keys.sorted().joined(separator: ", ")
                throw SSMError(code, "The filter key \(filter.key ?? "null") is none of \(list).")
            }
            values[key, default: []] += filter.values ?? []
        }
        self.values = values
    }

    /// Those that ask for a tag, such as `tag:Patch Group`.
    var tagKeys: [String] { values.keys.filter { $0.hasPrefix("tag:") } }

    /// What is asked for under the key; empty where it is not.
    func values(of key: String) -> [String] { values[key] ?? [] }

    /// - Parameter found: what the item has under the key; nil for one that has whatever is asked for.
    func allows(_ key: String, _ found: [String]?) -> Bool {
        guard let wanted = values[key], !wanted.isEmpty, let found else { return true }
        return wanted.contains(where: found.contains)
    }

    func hasPrefix(_ key: String, _ text: String) -> Bool {
        guard let wanted = values[key], !wanted.isEmpty else { return true }
        return wanted.contains(where: text.hasPrefix)
    }
}

extension Timestamp {
    /// The time that a filter's value is; one without an offset is of UTC.
    ///
    /// - Throws: ``SSMError`` for what is none.
    init(filter key: String, _ text: String) throws(SSMError) {
        guard let moment = Timestamp(iso8601: text) ?? Timestamp(iso8601: text + "Z") else {
            throw .validation("The value \(text) of the filter \(key) is not a time such as 2026-11-23T09:00:00Z.")
        }
        self = moment
    }
}
