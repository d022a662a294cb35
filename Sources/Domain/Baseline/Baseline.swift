/// Which patches are approved for the nodes of some patch groups, and how bad it is to lack one.
///
/// Rejected beats approved; the approved list beats the rules.
package struct Baseline: Codable, Equatable, Sendable {
    package var name: String
    /// Names or globs such as `Debian12-*`.
    package var patchGroups: [String]
    package var rules: [ApprovalRule]
    /// Patterns: `name`, `name.arch`, `name=version` or `name.arch=version`, with `*` and `?`.
    package var approved: [String]
    /// The level of patches that only the approved list approves.
    package var approvedLevel: ComplianceLevel
    /// Patterns like those of ``approved``.
    package var rejected: [String]

    /// Approves an update when all that it names holds; an empty list asks for nothing.
    package struct ApprovalRule: Codable, Equatable, Sendable {
        package var classifications: [Classification]
        /// apt priority words, lower case.
        package var priorities: [String]
        /// apt sections, lower case.
        package var sections: [String]
        package var level: ComplianceLevel

        package init(
            classifications: [Classification] = [],
            priorities: [String] = [],
            sections: [String] = [],
            level: ComplianceLevel = .unspecified
        ) {
            self.classifications = classifications
            self.priorities = priorities
            self.sections = sections
            self.level = level
        }

        package func approves(_ update: UpdateItem) -> Bool {
            (classifications.isEmpty || classifications.contains(update.classification))
                && (priorities.isEmpty || priorities.contains(update.priority.lowercased()))
                && (sections.isEmpty || sections.contains(update.section.lowercased()))
        }
    }

    package init(
        name: String,
        patchGroups: [String],
        rules: [ApprovalRule],
        approved: [String] = [],
        approvedLevel: ComplianceLevel = .unspecified,
        rejected: [String] = []
    ) {
        self.name = name
        self.patchGroups = patchGroups
        self.rules = rules
        self.approved = approved
        self.approvedLevel = approvedLevel
        self.rejected = rejected
    }

    package func rejects(_ patch: Patch) -> Bool {
        rejected.contains { PatchPattern($0).matches(patch) }
    }

    /// The level at which the update is approved, the highest when several approve it; nil when nothing does.
    package func approval(of update: UpdateItem) -> ComplianceLevel? {
        guard !rejects(update.patch) else { return nil }
        var levels = rules.filter { $0.approves(update) }.map(\.level)
        if approved.contains(where: { PatchPattern($0).matches(update.patch) }) { levels.append(approvedLevel) }
        return levels.max()
    }

    /// What an install on the host brings: the approved patches, and whatever new packages they need.
    ///
    /// New packages come as SSM's ALLOW_AS_DEPENDENCY has it: nothing needs to approve them, and the reject list keeps them out. A package that a person holds back on the host is left alone; it stays missing in the host's compliance.
    package func select(_ inventory: HostInventory) -> PatchSet {
        let patches = patches(for: inventory)
        // Without patches nothing needs them.
        let newcomers = patches.isEmpty ? [] : inventory.newcomers.filter { !rejects($0) }
        return PatchSet(patches: patches, newcomers: newcomers)
    }

    private func patches(for inventory: HostInventory) -> [Patch] {
        let held = Set(inventory.installed.filter(\.isHeld).map { PackageName($0.patch) })
        return inventory.upgrades
            .filter { approval(of: $0) != nil && !held.contains(PackageName($0.patch)) }
            .map(\.patch)
    }
}

/// A package whatever its version.
private struct PackageName: Hashable {
    let name: String
    let architecture: String

    init(_ patch: Patch) {
        name = patch.name
        architecture = patch.architecture
    }
}
