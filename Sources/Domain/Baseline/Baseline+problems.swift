/// Something in a baseline that SSM would not take, or that can never match.
package struct BaselineProblem: Equatable, Sendable, CustomStringConvertible {
    /// Where, such as `rules[1].delay`.
    package var field: String
    /// What is wrong, and what is allowed.
    package var message: String

    package var description: String { "\(field): \(message)" }
}

extension Baseline {
    /// SSM's bounds (ssm-semantics §1.1 and §1.7).
    private enum Bounds {
        static let filters = 0...4
        static let rules = 0...10
        static let values = 1...20
        static let valueLength = 1...64
        static let entries = 0...50
        static let entryLength = 1...100
        static let sources = 0...20
        static let products = 1...20
        static let groups = 0...25
        static let tags = 0...50
        static let tagKey = 1...128
        static let tagValue = 0...256
    }

    /// What is wrong with it; empty for one that SSM would take.
    package var problems: [BaselineProblem] {
        var found = Findings(system: system)
        found.name(name)
        if let id { found.id(id) }
        found.count(patchGroups.count, Bounds.groups, "patchGroups", "patch groups")
        found.filters(globalFilters, at: "globalFilters")
        found.count(rules.count, Bounds.rules, "rules", "rules")
        for (index, rule) in rules.enumerated() { found.rule(rule, at: "rules[\(index)]") }
        found.entries(approved, at: "approved")
        found.entries(rejected + rejections.map(\.entry), at: "rejected")
        found.sources(sources)
        found.count(tags.count, Bounds.tags, "tags", "tags")
        for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
            found.length(key, Bounds.tagKey, "tags")
            found.length(value, Bounds.tagValue, "tags.\(key)")
        }
        return found.problems
    }

    private struct Findings {
        let system: OperatingSystem?
        var problems: [BaselineProblem] = []

        mutating func add(_ field: String, _ message: String) {
            problems.append(BaselineProblem(field: field, message: message))
        }

        mutating func count(_ count: Int, _ allowed: ClosedRange<Int>, _ field: String, _ what: String) {
            guard !allowed.contains(count) else { return }
            add(field, "has \(count) \(what); \(allowed.lowerBound) to \(allowed.upperBound) are allowed")
        }

        mutating func length(_ text: String, _ allowed: ClosedRange<Int>, _ field: String) {
            guard !allowed.contains(text.count) else { return }
            add(field, "has \(text.count) characters; \(allowed.lowerBound) to \(allowed.upperBound) are allowed")
        }

        mutating func name(_ name: String) {
            length(name, 3...128, "name")
            let isPlain = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) }
            if !isPlain { add("name", "\"\(name)\" has other characters than letters, digits, _, - and .") }
        }

        mutating func id(_ id: String) {
            let digits = id.dropFirst(3)
            let isPlain = digits.utf8.count == 17 && digits.allSatisfy { $0.isHexDigit && !$0.isUppercase }
            if !id.hasPrefix("pb-") || !isPlain {
                add("id", "\"\(id)\" is no id such as pb-0123456789abcdef0; leave it out, and it gets one")
            }
        }

        mutating func filters(_ filters: [PatchFilter], at field: String) {
            count(filters.count, Bounds.filters, field, "filters")
            for filter in filters {
                let place = "\(field).\(filter.key.rawValue)"
                count(filter.values.count, Bounds.values, place, "values")
                for value in filter.values { length(value, Bounds.valueLength, place) }
                guard let system, !FilterKey.keys(for: system).contains(filter.key) else { continue }
                let allowed = FilterKey.keys(for: system).map(\.rawValue).joined(separator: ", ")
                add(place, "never matches a patch of \(system.rawValue); the keys there are \(allowed)")
            }
        }

        mutating func rule(_ rule: ApprovalRule, at field: String) {
            filters(rule.filters, at: "\(field).filters")
            if case .days(let days) = rule.delay, !ApprovalDelay.days.contains(days) {
                add("\(field).delay", "\(days) days; 0 to 360 are allowed")
            }
            if system == .windows, rule.includesNonSecurity {
                add("\(field).includesNonSecurity", "is for Linux alone; leave it out")
            }
        }

        mutating func entries(_ entries: [String], at field: String) {
            count(entries.count, Bounds.entries, field, "entries")
            for entry in entries { length(entry, Bounds.entryLength, field) }
        }

        mutating func sources(_ sources: [PatchSource]) {
            count(sources.count, Bounds.sources, "sources", "sources")
            for source in sources {
                length(source.name, 3...50, "sources.\(source.name).name")
                count(source.products.count, Bounds.products, "sources.\(source.name).products", "products")
                length(source.configuration, 1...1_024, "sources.\(source.name).configuration")
            }
        }
    }
}
