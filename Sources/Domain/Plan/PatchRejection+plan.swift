extension PatchRejection {
    /// Whether its entry calls the patch by one of its names.
    ///
    /// Plans do not say what system a patch is for, so that the names of all families are tried.
    package func matches(_ patch: Patch) -> Bool {
        let glob = Glob(entry)
        return [OperatingSystem.debian, .amazonLinux2023, .windows].contains { system in
            PatchCandidate(patch: patch, system: system, product: "").names.contains { glob.matches($0) }
        }
    }
}

extension RolloutSpec {
    /// A patch of the rollout that the entry rejects; nil when it brings none.
    package func patch(rejectedBy rejection: PatchRejection) -> Patch? {
        guard case .install(let work) = operation else { return nil }
        for set in work.patchSets {
            if let patch = (set.patches + set.newcomers).first(where: rejection.matches) { return patch }
        }
        return nil
    }
}
