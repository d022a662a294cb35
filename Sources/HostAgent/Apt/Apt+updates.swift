import AgentProtocol
import PackageVersions

/// What is on offer for installed packages, and what comes with it.
extension Apt {
    /// Names in one call of apt-cache: far below the kernel's limit on arguments.
    private static let chunk = 4_000
    /// How many updates that apt leaves out are asked for by themselves: each takes a simulation.
    private static let maximumTrials = 20

    /// A version that is on offer for an installed package.
    struct Offer {
        var state: PackageState
        var version: AptPolicy.Version
        var obstacle: UpdateObstacle?
    }

    // MARK: - Offers

    /// What apt knows of packages, by name.
    func policies(
        of names: [String],
        _ archives: [String: PackageOrigin]
    ) async throws(StepFailure) -> [String: AptPolicy.Package] {
        var policies: [String: AptPolicy.Package] = [:]
        for start in stride(from: 0, to: names.count, by: Self.chunk) {
            let part = names[start..<min(start + Self.chunk, names.count)]
            policies.merge(AptPolicy.packages(in: try await cache(["policy"] + part))) { first, _ in first }
        }
        // What a security archive offers is for all at once, whatever another archive makes of it.
        return policies.mapValues { package in
            var package = package
            for index in package.versions.indices where package.versions[index].isPhased {
                let sources = package.versions[index].sources.compactMap { archives[$0]?.archive }
                package.versions[index].isPhased = !sources.contains { $0.hasSuffix("-security") }
            }
            return package
        }
    }

    /// The best update of each package, and what is newer than that and kept out.
    ///
    /// - Parameter upgrade: all of them at once as apt simulates it; nil when it cannot.
    func offers(
        for states: [PackageState],
        _ policies: [String: AptPolicy.Package],
        _ upgrade: Upgrade?
    ) async throws(StepFailure) -> [Offer] {
        var offers = states.flatMap { state in
            policies[cacheName(state)].map { Self.offers(of: $0, for: state) } ?? []
        }
        guard let upgrade else { return offers }
        let kept = offers.indices.filter { index in
            let (state, obstacle) = (offers[index].state, offers[index].obstacle)
            return obstacle == nil && !state.isHeld && state.isConfigured && !upgrade.changes(state)
        }
        for index in kept.prefix(Self.maximumTrials) {
            offers[index].obstacle = try await obstacle(to: offers[index])
        }
        return offers
    }

    /// A package that is not configured keeps its update until it is: at work it is not.
    ///
    /// What an archive hands out in phases is never the best update, so that equal hosts have equal updates.
    private static func offers(of package: AptPolicy.Package, for state: PackageState) -> [Offer] {
        let installed = DebianVersion(state.version)
        let ceiling = package.candidate.map { DebianVersion($0) }
        let best = package.versions.first { version in
            let offered = DebianVersion(version.version)
            let isNeeded = state.isConfigured ? offered > installed : offered >= installed
            return version.pin > 0 && !version.isPhased && ceiling.map { offered <= $0 } ?? false && isNeeded
        }
        let reached = best.map { DebianVersion($0.version) } ?? installed
        var offers = best.map { [Offer(state: state, version: $0)] } ?? []
        let natural = package.natural(from: installed, includingPhased: false)
        let phased = package.natural(from: installed, includingPhased: true)
        if let natural, DebianVersion(natural.version) > reached {
            offers.append(Offer(state: state, version: natural, obstacle: .pinned))
        } else if let phased, phased.isPhased, DebianVersion(phased.version) > reached {
            offers.append(Offer(state: state, version: phased, obstacle: .phased))
        }
        return offers
    }

    /// Who keeps out what apt leaves out of an upgrade; nil when it comes by itself.
    private func obstacle(to offer: Offer) async throws(StepFailure) -> UpdateObstacle? {
        let version = "\(cacheName(offer.state))=\(offer.version.version)"
        let result = try await simulate(["--only-upgrade", "install", version])
        let changes = AptSimulation.changes(in: result.output, native: architecture)
        // What depends on a package is removed before it.
        if let removal = changes.last(where: { $0.action == .remove }) { return .blocked(by: removal.name) }
        guard !result.isSuccess else { return nil }
        return AptSimulation.blocker(of: offer.state.name, in: result.output).map { .blocked(by: $0) }
    }

    // MARK: - Upgrade

    /// What apt would make of all updates at once.
    struct Upgrade {
        var changes: [PlannedChange]

        func changes(_ state: PackageState) -> Bool {
            changes.contains { $0.action == .install && $0.name == state.name && $0.from != nil }
        }
    }

    /// Updates that cannot come, and what they need, are not in it; nil on a host so broken that apt resolves nothing.
    func simulatedUpgrade() async throws(StepFailure) -> Upgrade? {
        let result = try await simulate(["--with-new-pkgs", "upgrade"])
        guard result.isSuccess else { return nil }
        return Upgrade(changes: AptSimulation.changes(in: result.output, native: architecture))
    }

    private func simulate(_ request: [String]) async throws(StepFailure) -> Tool.Result {
        let phases = ["-o", "APT::Get::Never-Include-Phased-Updates=true"]
        return try await tool.capture(
            "apt-get",
            options.arguments + ["--simulate", "--yes", "--quiet"] + phases + request,
            within: Limit.query
        )
    }

    // MARK: - Updates

    func update(
        _ offer: Offer,
        _ archives: [String: PackageOrigin],
        _ details: Details
    ) -> AvailableUpdate {
        let (state, version) = (offer.state, offer.version)
        let fields = fields(of: offer, details)
        return AvailableUpdate(
            name: state.name,
            architecture: fields["Architecture"] ?? state.architecture,
            installedVersion: state.version,
            version: version.version,
            origins: origins(of: version, archives),
            priority: fields["Priority"]?.lowercased() ?? "",
            section: fields["Section"]?.lowercased() ?? "",
            downloadBytes: fields["Size"].flatMap { Int64($0) } ?? 0,
            obstacle: offer.obstacle
        )
    }

    private func fields(of offer: Offer, _ details: Details) -> [String: String] {
        // A package may change between `all` and one architecture from version to version.
        [offer.state.architecture, "all", architecture].lazy.compactMap { architecture in
            let version = offer.version.version
            return details[PatchReference(name: offer.state.name, architecture: architecture, version: version)]
        }.first ?? [:]
    }

    func origins(of version: AptPolicy.Version, _ archives: [String: PackageOrigin]) -> [PackageOrigin] {
        Set(version.sources.compactMap { archives[$0] }).filter { $0.archive != "now" }
            .sorted { ($0.label, $0.codename, $0.origin) < ($1.label, $1.codename, $1.origin) }
    }

    /// The control fields of versions.
    typealias Details = [PatchReference: [String: String]]

    /// - Parameter versions: `NAME=VERSION` or `NAME:ARCHITECTURE=VERSION`.
    func details(of versions: [String]) async throws(StepFailure) -> Details {
        var details: Details = [:]
        for start in stride(from: 0, to: versions.count, by: Self.chunk) {
            let part = versions[start..<min(start + Self.chunk, versions.count)]
            for fields in AptStanza.paragraphs(in: try await cache(["show"] + part)) {
                guard let name = fields["Package"], let version = fields["Version"],
                    let architecture = fields["Architecture"]
                else { continue }
                details[PatchReference(name: name, architecture: architecture, version: version)] = fields
            }
        }
        return details
    }

    /// The name by which apt-cache prints the package too.
    func cacheName(_ state: PackageState) -> String { plainName(state.name, state.architecture) }

    // MARK: - Newcomers

    /// The packages that an upgrade would bring in.
    func newcomers(
        _ changes: [PlannedChange],
        _ archives: [String: PackageOrigin]
    ) async throws(StepFailure) -> [Newcomer] {
        let changes = changes.filter { $0.action == .install && $0.from == nil }
        guard !changes.isEmpty else { return [] }
        let names = changes.map { plainName($0.name, $0.architecture) }
        let packages = AptPolicy.packages(in: try await cache(["policy"] + names))
        return zip(changes, names).compactMap { change, name in
            guard let version = packages[name]?.versions.first(where: { $0.version == change.to }) else { return nil }
            return Newcomer(
                name: change.name,
                architecture: change.architecture,
                version: version.version,
                origins: origins(of: version, archives)
            )
        }.sorted { ($0.name, $0.architecture) < ($1.name, $1.architecture) }
    }

    // MARK: - Needs

    /// Of the updates that nothing keeps out and of the newcomers.
    func needs(
        _ entries: [Entry],
        _ offers: [Offer],
        _ newcomers: [Newcomer],
        _ details: Details
    ) -> [PackageNeeds] {
        let updates = offers.filter { $0.obstacle == nil }.map { offer in
            AptRelations(name: offer.state.name, version: offer.version.version, fields: fields(of: offer, details))
        }
        let arrivals = newcomers.map { newcomer in
            let reference = PatchReference(
                name: newcomer.name,
                architecture: newcomer.architecture,
                version: newcomer.version
            )
            return AptRelations(name: newcomer.name, version: newcomer.version, fields: details[reference] ?? [:])
        }
        let installed = entries.map { entry in
            AptRelations(name: entry.state.name, version: entry.state.version, fields: entry.fields)
        }
        return AptNeeds(installed: installed, offered: updates + arrivals).list
    }
}
