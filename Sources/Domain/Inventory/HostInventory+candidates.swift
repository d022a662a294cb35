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
            notices: update.datedNotices,
            firstSeenAt: update.firstSeenAt,
            indexedAt: update.indexedAt
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

    /// A package of which no more is known than its version, and for a newcomer what it closes.
    package func candidate(_ patch: Patch) -> PatchCandidate {
        PatchCandidate(
            patch: patch,
            system: system,
            product: system.product(version: platformVersion),
            notices: newcomerNotices[patch] ?? []
        )
    }
}

extension UpdateItem {
    /// What it closes, dated so that no delay ends before this very version was out for as long.
    ///
    /// A version holds the fixes of those before it: what counts is the last advisory that it closes, and for a version that no advisory
    /// names also when it was first seen.
    fileprivate var datedNotices: [PatchNotice] {
        let isNamed = notices.contains { ($0.fixedVersion ?? patch.version) == patch.version }
        let last = notices.compactMap(\.releasedAt).max()
        let date = isNamed ? last : [last, firstSeenAt].compactMap(\.self).max()
        return notices.map { notice in
            var dated = notice
            if notice.releasedAt != nil { dated.releasedAt = date }
            return dated
        }
    }
}
