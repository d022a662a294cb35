import Domain
import Time

/// SSM's `PatchFilterGroup`.
struct FilterGroup: Codable, Equatable, Sendable {
    struct Filter: Codable, Equatable, Sendable {
        var key: String
        var values: [String]
    }

    var patchFilters: [Filter]

    init(_ filters: [PatchFilter]) {
        patchFilters = filters.map { Filter(key: $0.key.rawValue, values: $0.values) }
    }

    var filters: [PatchFilter] {
        patchFilters.compactMap { filter in FilterKey(rawValue: filter.key).map { PatchFilter($0, filter.values) } }
    }
}

/// SSM's `PatchRuleGroup`.
struct RuleGroup: Codable, Equatable, Sendable {
    struct Rule: Codable, Equatable, Sendable {
        var patchFilterGroup: FilterGroup
        var complianceLevel: ComplianceLevel?
        var approveAfterDays: Int?
        var approveUntilDate: String?
        var enableNonSecurity: Bool?

        init(_ rule: Baseline.ApprovalRule) {
            patchFilterGroup = FilterGroup(rule.filters)
            complianceLevel = rule.level
            switch rule.delay {
            case .days(let days): approveAfterDays = days
            case .until(let day): approveUntilDate = "\(day)"
            }
            enableNonSecurity = rule.includesNonSecurity
        }
    }

    var patchRules: [Rule]

    init(_ rules: [Baseline.ApprovalRule]) { patchRules = rules.map(Rule.init) }

    /// - Parameter present: those that a rule which says the same is taken from, with what SSM has no word for.
    func rules(keeping present: [Baseline.ApprovalRule]) throws(SSMError) -> [Baseline.ApprovalRule] {
        var rules: [Baseline.ApprovalRule] = []
        for rule in patchRules {
            let made = try rule.rule
            rules.append(present.first { Rule($0) == Rule(made) } ?? made)
        }
        return rules
    }
}

extension RuleGroup.Rule {
    fileprivate var rule: Baseline.ApprovalRule {
        get throws(SSMError) {
            Baseline.ApprovalRule(
                filters: patchFilterGroup.filters,
                level: complianceLevel ?? .unspecified,
                delay: try delay,
                includesNonSecurity: enableNonSecurity ?? false
            )
        }
    }

    private var delay: ApprovalDelay {
        get throws(SSMError) {
            switch (approveAfterDays, approveUntilDate) {
            case (let days?, nil): return .days(days)
            case (nil, let text?):
                guard let day = CivilDate(text) else {
                    throw .validation("ApproveUntilDate \(text) is not a date in the form YYYY-MM-DD.")
                }
                return .until(day)
            case (nil, nil), (_?, _?):
                throw .validation("A rule has exactly one of ApproveAfterDays and ApproveUntilDate.")
            }
        }
    }
}

/// SSM's `PatchSource`.
struct SourceItem: Codable, Equatable, Sendable {
    var name: String
    var products: [String]
    var configuration: String

    init(_ source: PatchSource) {
        name = source.name
        products = source.products
        configuration = source.configuration
    }

    var source: PatchSource { PatchSource(name: name, products: products, configuration: configuration) }
}

/// SSM's `Tag`.
struct TagItem: Codable, Equatable, Sendable {
    var key: String
    var value: String

    static func list(_ tags: [String: String]) -> [Self] {
        tags.sorted { $0.key < $1.key }.map { Self(key: $0.key, value: $0.value) }
    }

    /// - Throws: ``SSMError`` where a key comes twice.
    static func dictionary(_ tags: [Self]) throws(SSMError) -> [String: String] {
        var known: [String: String] = [:]
        for tag in tags where known.updateValue(tag.value, forKey: tag.key) != nil {
            throw .validation("The tag key \(tag.key) comes twice.")
        }
        return known
    }
}
