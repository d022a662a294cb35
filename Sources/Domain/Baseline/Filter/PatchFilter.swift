/// One condition of a rule or of a baseline's global filters: any of the values will do.
///
/// Values are compared without regard to case and may hold `*` and `?`; `*` alone matches a patch that has no such attribute, too.
package struct PatchFilter: Codable, Equatable, Sendable {
    package var key: FilterKey
    package var values: [String]

    package init(_ key: FilterKey, _ values: [String]) {
        self.key = key
        self.values = values
    }

    /// - Parameter notice: the one of the candidate's notices whose attributes are meant; nil when it has none.
    func matches(_ candidate: PatchCandidate, _ notice: PatchNotice?) -> Bool {
        if values.contains("*") { return true }
        switch key {
        case .knownExploited:
            return values.contains(where: { Glob($0).matches("\(notice?.isKnownExploited ?? false)") })
        case .exploitProbability:
            guard let probability = notice?.exploitProbability else { return false }
            return values.compactMap { Double($0) }.contains { $0 <= probability }
        default:
            guard let value = candidate.attribute(key, in: notice) else { return false }
            return values.contains { Glob($0).matches(value) }
        }
    }
}
