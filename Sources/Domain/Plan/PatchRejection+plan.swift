extension PatchRejection {
    /// Whether its entry calls the patch by one of its names.
    ///
    /// Plans do not say what system a patch is for, so that the names of all families are tried, nor which advisories it closes.
    package func matches(_ patch: Patch) -> Bool {
        let glob = Glob(entry)
        return [OperatingSystem.debian, .amazonLinux2023, .windows].contains { system in
            PatchCandidate(patch: patch, system: system, product: "").names.contains { glob.matches($0) }
        }
    }

    /// The versions that a host is offered and its entry calls by a name, an advisory or a CVE.
    package func offers(on inventory: HostInventory) -> [Patch] {
        let glob = Glob(entry)
        let candidates =
            inventory.upgrades.map { inventory.candidate($0) } + inventory.newcomers.map(inventory.candidate)
        return candidates.filter { $0.names.contains { glob.matches($0) } }.map(\.patch)
    }
}

extension RolloutSpec {
    /// A patch of the rollout that the entry rejects; nil when it brings none.
    ///
    /// - Parameter offers: see ``PatchRejection/offers(on:)``, of all hosts.
    package func patch(rejectedBy rejection: PatchRejection, _ offers: Set<Patch> = []) -> Patch? {
        guard case .install(let work) = operation else { return nil }
        for set in work.patchSets {
            if let patch = (set.patches + set.newcomers).first(where: { offers.contains($0) || rejection.matches($0) })
            {
                return patch
            }
        }
        return nil
    }
}
