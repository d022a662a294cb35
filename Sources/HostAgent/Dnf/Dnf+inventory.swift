package import AgentProtocol
import Time

/// What is installed and what is on offer.
extension Dnf {
    package func inventory() async throws(StepFailure) -> Inventory {
        try await waitForOthers(within: Limit.lock)
        let entries = try await database()
        let offer = try await offer(entries)
        let held = Set(
            offer.updates.filter(\.isHeld).map { PackageName(name: $0.name, architecture: $0.installedArchitecture) }
        )
        let broken = try whole(offer.damage, entries).strange(of: entries)
        return Inventory(
            platform: platform.id,
            platformVersion: platform.versionID,
            architecture: try Machine.architecture(),
            packages: entries.map { entry in
                InstalledPackage(
                    name: entry.reference.name,
                    architecture: entry.reference.architecture,
                    version: entry.reference.version,
                    isHeld: held.contains(entry.reference.packageName),
                    isBroken: broken.contains(entry.reference) ? true : nil,
                    source: entry.source
                )
            },
            updates: offer.updates.map { $0.update(offer.origins($0.repositories)) },
            newcomers: offer.newcomers.map { newcomer in
                Newcomer(
                    name: newcomer.name,
                    architecture: newcomer.architecture,
                    version: newcomer.version,
                    origins: offer.origins(newcomer.repositories)
                )
            },
            needs: offer.needs,
            keptConfiguration: try await keptConfiguration(),
            indexes: offer.repositories.map { repository in
                PackageIndex(
                    origin: offer.origin(repository),
                    date: repository.timestamp > 0 ? Timestamp(microseconds: repository.timestamp * 1_000_000) : nil,
                    digest: repository.digest
                )
            },
            rebootReasons: try await rebootRequest().reasons
        )
    }

    /// What the refresh before told, once, or else what dnf says now.
    private func offer(_ entries: [Entry]) async throws(StepFailure) -> DnfOffer {
        defer { prepared.forget() }
        guard let offer = prepared.offer(of: entries) else {
            return try await ask("inventory", Self.inventoryOptions)
        }
        return offer
    }

    /// What packages brought for configuration files that the host kept its own of.
    private func keptConfiguration() async throws(StepFailure) -> [String] {
        let query = ["--query", "--all", "--configfiles"]
        let result = try await tool.capture("rpm", options.rpm + query, within: Limit.query)
        let files = Set(result.output.split(separator: "\n").map { "\($0).rpmnew" })
        return KeptConfiguration.files(among: files, root: options.root)
    }
}
