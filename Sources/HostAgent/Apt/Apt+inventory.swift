package import AgentProtocol

/// What is installed and what is on offer.
extension Apt {
    package func inventory() async throws(StepFailure) -> Inventory {
        try await waitForOthers()
        let entries = try await database()
        let request = try rebootRequest()
        let archives = AptPolicy.archives(in: try await cache(["policy"]))
        let policies = try await policies(of: entries.map { cacheName($0.state) }, archives)
        let upgrade = try await simulatedUpgrade()
        let offers = try await offers(for: entries.map(\.state), policies, upgrade)
        let newcomers = try await newcomers(upgrade?.changes ?? [], archives)
        let details = try await details(of: offers, newcomers)
        return Inventory(
            platform: platform.id,
            platformVersion: platform.versionID,
            architecture: architecture,
            packages: entries.map { entry in
                InstalledPackage(
                    name: entry.state.name,
                    architecture: entry.state.architecture,
                    version: entry.state.version,
                    isHeld: entry.state.isHeld,
                    isBroken: entry.state.isConfigured ? nil : true,
                    source: entry.source
                )
            },
            updates: offers.map { update($0, archives, details) },
            newcomers: newcomers,
            needs: needs(entries, offers, newcomers, details),
            indexes: try indexes(),
            rebootReasons: request.reasons
        )
    }

    func cache(_ arguments: [String]) async throws(StepFailure) -> String {
        let result = try await tool.capture("apt-cache", options.arguments + arguments, within: Limit.query)
        try check(result, "apt-cache \(arguments.first ?? "")", otherwise: .repository)
        return result.output
    }

    // MARK: - Indexes

    private func indexes() throws(StepFailure) -> [PackageIndex] {
        do throws(FileFailure) {
            var indexes: [PackageIndex] = []
            for name in try DurableFile.names(in: options.listsFolder)
            where name.hasSuffix("_InRelease") || name.hasSuffix("_Release") {
                guard let bytes = try DurableFile.read("\(options.listsFolder)/\(name)") else { continue }
                indexes.append(ReleaseFile.index(bytes))
            }
            return indexes.sorted {
                ($0.origin.label, $0.origin.codename, $0.digest) < ($1.origin.label, $1.origin.codename, $1.digest)
            }
        } catch {
            throw StepFailure(.repository, error.description)
        }
    }
}
