extension Baseline: Codable {
    private enum Key: String, CodingKey {
        case id, name, description, system, patchGroups, globalFilters, rules, approved, approvedLevel
        case approvedIncludesNonSecurity, rejected, rejections, rejectedAction, sources, availableSecurityUpdates, tags
    }

    /// What stands in logs from before a field was there is read with the field's default.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(
            id: try fields.decodeIfPresent(String.self, forKey: .id),
            name: try fields.decode(String.self, forKey: .name),
            description: try fields.decodeIfPresent(String.self, forKey: .description),
            system: try fields.decodeIfPresent(OperatingSystem.self, forKey: .system),
            patchGroups: try fields.decode([String].self, forKey: .patchGroups),
            globalFilters: try fields.decodeIfPresent([PatchFilter].self, forKey: .globalFilters) ?? [],
            rules: try fields.decode([ApprovalRule].self, forKey: .rules),
            approved: try fields.decode([String].self, forKey: .approved),
            approvedLevel: try fields.decode(ComplianceLevel.self, forKey: .approvedLevel),
            // It did not matter then where a version came from.
            approvedIncludesNonSecurity: try fields.decodeIfPresent(Bool.self, forKey: .approvedIncludesNonSecurity)
                ?? true,
            rejected: try fields.decode([String].self, forKey: .rejected),
            rejections: try fields.decodeIfPresent([PatchRejection].self, forKey: .rejections) ?? [],
            rejectedAction: try fields.decodeIfPresent(RejectedAction.self, forKey: .rejectedAction)
                ?? .allowAsDependency,
            sources: try fields.decodeIfPresent([PatchSource].self, forKey: .sources) ?? [],
            availableSecurityUpdates: try fields.decodeIfPresent(
                AvailableSecurityUpdates.self,
                forKey: .availableSecurityUpdates
            ) ?? .compliant,
            tags: try fields.decodeIfPresent([String: String].self, forKey: .tags) ?? [:]
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encodeIfPresent(id, forKey: .id)
        try fields.encode(name, forKey: .name)
        try fields.encodeIfPresent(description, forKey: .description)
        try fields.encodeIfPresent(system, forKey: .system)
        try fields.encode(patchGroups, forKey: .patchGroups)
        try fields.encode(globalFilters, forKey: .globalFilters)
        try fields.encode(rules, forKey: .rules)
        try fields.encode(approved, forKey: .approved)
        try fields.encode(approvedLevel, forKey: .approvedLevel)
        try fields.encode(approvedIncludesNonSecurity, forKey: .approvedIncludesNonSecurity)
        try fields.encode(rejected, forKey: .rejected)
        if !rejections.isEmpty { try fields.encode(rejections, forKey: .rejections) }
        try fields.encode(rejectedAction, forKey: .rejectedAction)
        try fields.encode(sources, forKey: .sources)
        try fields.encode(availableSecurityUpdates, forKey: .availableSecurityUpdates)
        if !tags.isEmpty { try fields.encode(tags, forKey: .tags) }
    }
}

extension Baseline.ApprovalRule: Codable {
    private enum Key: String, CodingKey {
        case filters, level, delay, delayFrom, includesNonSecurity
        // Of the form before there were filters: an empty list asked for nothing.
        case classifications, priorities, sections
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        let level = try fields.decode(ComplianceLevel.self, forKey: .level)
        guard let filters = try fields.decodeIfPresent([PatchFilter].self, forKey: .filters) else {
            let old: [(FilterKey, Key)] = [
                (.classification, .classifications), (.priority, .priorities), (.section, .sections),
            ]
            let filters = try old.map { PatchFilter($0, try fields.decode([String].self, forKey: $1)) }
            self.init(filters: filters.filter { !$0.values.isEmpty }, level: level, includesNonSecurity: true)
            return
        }
        self.init(
            filters: filters,
            level: level,
            delay: try fields.decode(ApprovalDelay.self, forKey: .delay),
            delayFrom: try fields.decodeIfPresent(DelayOrigin.self, forKey: .delayFrom),
            includesNonSecurity: try fields.decode(Bool.self, forKey: .includesNonSecurity)
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(filters, forKey: .filters)
        try fields.encode(level, forKey: .level)
        try fields.encode(delay, forKey: .delay)
        try fields.encodeIfPresent(delayFrom, forKey: .delayFrom)
        try fields.encode(includesNonSecurity, forKey: .includesNonSecurity)
    }
}
