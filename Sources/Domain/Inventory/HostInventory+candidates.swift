extension HostInventory {
    /// Derivatives of Debian are taken for it: other hosts than those with apt are known by their own names.
    package var system: OperatingSystem {
        OperatingSystem(platform: platform, version: platformVersion) ?? .debian
    }

    /// An update as baselines judge it.
    package func candidate(_ update: UpdateItem) -> PatchCandidate {
        PatchCandidate(
            patch: update.patch,
            system: system,
            product: system.product(version: platformVersion),
            priority: update.priority,
            section: update.section,
            isFromSecurityArchive: update.classification == .security,
            firstSeenAt: update.firstSeenAt,
            indexedAt: update.indexedAt
        )
    }

    /// A package of which no more is known than its version.
    package func candidate(_ patch: Patch) -> PatchCandidate {
        PatchCandidate(patch: patch, system: system, product: system.product(version: platformVersion))
    }
}
