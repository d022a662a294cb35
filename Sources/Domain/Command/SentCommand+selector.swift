extension SentCommand {
    /// Whom the command is for, in one site; nil with a key that means nothing here.
    ///
    /// Targets must hold together, and of one target's values any will do. The tag of the patch group is the patch group.
    package func selector(site: String) -> TargetSelector? {
        var nodes = instanceIDs.isEmpty ? nil : instanceIDs
        var groups: [String]?
        var tags: [TagMatch] = []
        for target in targets {
            // Run Command takes the key in any letter case.
            if target.key.lowercased() == "instanceids" {
                nodes = nodes?.filter(target.values.contains) ?? target.values
            } else if target.key == "tag-key" {
                // A node has the patch group's under one of its two names.
                let isGroup = NodeLabels.patchGroupKeys.contains(where: target.values.contains)
                tags.append(TagMatch(keys: target.values + (isGroup ? NodeLabels.patchGroupKeys : [])))
            } else if target.key.hasPrefix("tag:") {
                let key = String(target.key.dropFirst(4))
                guard NodeLabels.patchGroupKeys.contains(key) else {
                    tags.append(TagMatch(keys: [key], values: target.values))
                    continue
                }
                // A tag's value is no pattern.
                let values = target.values.filter { !$0.contains { "*?[]".contains($0) } }
                groups = groups?.filter(values.contains) ?? values
            } else {
                return nil
            }
        }
        // An empty list of patch groups would ask for nothing.
        if groups?.isEmpty == true { nodes = [] }
        return TargetSelector(
            patchGroups: groups ?? [],
            sites: [site],
            nodes: nodes,
            tags: tags.isEmpty ? nil : tags
        )
    }
}
