extension SentCommand {
    /// The spellings of the tag that a patch group is in (ssm-semantics §1.4).
    package static let patchGroupTags: Set = ["Patch Group", "PatchGroup"]

    /// Whom the command is for, in one site; nil with a key that means nothing here.
    ///
    /// Tags other than the patch group's are on no node, so that they select nobody.
    package func selector(site: String) -> TargetSelector? {
        var nodes = instanceIDs.isEmpty ? nil : instanceIDs
        var groups: [String]?
        for target in targets {
            // Run Command takes the key in any letter case.
            if target.key.lowercased() == "instanceids" {
                nodes = nodes?.filter(target.values.contains) ?? target.values
            } else if target.key == "tag-key" {
                if Self.patchGroupTags.isDisjoint(with: target.values) { nodes = [] }
            } else if target.key.hasPrefix("tag:") {
                let isGroup = Self.patchGroupTags.contains(String(target.key.dropFirst(4)))
                // A tag's value is no pattern.
                let values = isGroup ? target.values.filter { !$0.contains { "*?[]".contains($0) } } : []
                groups = groups?.filter(values.contains) ?? values
            } else {
                return nil
            }
        }
        // An empty list of patch groups would ask for nothing.
        if groups?.isEmpty == true { nodes = [] }
        return TargetSelector(patchGroups: groups ?? [], sites: [site], nodes: nodes)
    }
}
