package import Time

extension Baseline {
    /// What an install on the host brings: the approved patches, and whatever new packages they need.
    ///
    /// New packages come as SSM's ALLOW_AS_DEPENDENCY has it: nothing needs to approve them, and the reject list keeps them out.
    /// What an obstacle keeps out, and what cannot come without something rejected, is left alone; it stays missing in the host's
    /// compliance.
    package func select(_ inventory: HostInventory, at now: Timestamp) -> PatchSet {
        let obstacles = obstacles(in: inventory, at: now)
        let patches = inventory.upgrades
            .filter { judge(inventory.candidate($0), at: now).level != nil }
            .map(\.patch)
            .filter { obstacles[$0]?.isRepairable ?? true }
        // Without patches nothing needs them.
        let newcomers =
            patches.isEmpty
            ? []
            : inventory.newcomers.filter { obstacles[$0] == nil && !rejects(inventory.candidate($0), at: now) }
        return PatchSet(patches: patches, newcomers: newcomers)
    }
}

/// A package whatever its version.
struct PackageName: Hashable {
    let name: String
    let architecture: String

    init(_ patch: Patch) {
        name = patch.name
        architecture = patch.architecture
    }
}
