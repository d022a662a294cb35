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
            firstSeenAt: update.firstSeenAt
        )
    }

    /// An installed package; what no archive offers is judged by its name and version alone.
    package func candidate(_ item: InstalledItem) -> PatchCandidate {
        PatchCandidate(
            patch: item.patch,
            system: system,
            product: system.product(version: platformVersion),
            priority: item.offering?.priority ?? "",
            section: item.offering?.section ?? "",
            isFromSecurityArchive: item.offering?.origins.contains(where: \.isSecurity) ?? false
        )
    }

    /// A package of which no more is known than its version.
    package func candidate(_ patch: Patch) -> PatchCandidate {
        PatchCandidate(patch: patch, system: system, product: system.product(version: platformVersion))
    }
}
