package import AgentProtocol
import PackageVersions

/// What is installed and what is on offer.
extension Apt {
    /// Names in one call of apt-cache: far below the kernel's limit on arguments.
    private static let chunk = 4_000

    package func inventory() async throws(StepFailure) -> Inventory {
        try await waitForOthers()
        let entries = try await database()
        let request = try rebootRequest()
        let archives = AptPolicy.archives(in: try await cache(["policy"]))
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
                    source: entry.source
                )
            },
            updates: try await updates(of: entries.map(\.state), archives),
            newcomers: try await newcomers(archives),
            indexes: try indexes(),
            rebootReasons: request.reasons
        )
    }

    // MARK: - Updates

    /// The best update of each installed package.
    ///
    /// A package that is not configured keeps its update until it is: at work it is not. What an archive hands out in phases
    /// is left out until it is handed out to all, so that equal hosts have equal updates.
    private func updates(
        of states: [PackageState],
        _ archives: [String: PackageOrigin]
    ) async throws(StepFailure) -> [AvailableUpdate] {
        var chosen: [(state: PackageState, version: AptPolicy.Version)] = []
        for start in stride(from: 0, to: states.count, by: Self.chunk) {
            let part = states[start..<min(start + Self.chunk, states.count)]
            let packages = AptPolicy.packages(in: try await cache(["policy"] + part.map(cacheName)))
            for state in part {
                guard let package = packages[cacheName(state)], let version = best(of: package, for: state) else {
                    continue
                }
                chosen.append((state, version))
            }
        }
        let details = try await details(of: chosen.map { "\(cacheName($0.state))=\($0.version.version)" })
        return chosen.map { update($0.state, $0.version, archives, details) }
    }

    private func best(of package: AptPolicy.Package, for state: PackageState) -> AptPolicy.Version? {
        guard let candidate = package.candidate else { return nil }
        let installed = DebianVersion(state.version)
        let ceiling = DebianVersion(candidate)
        return package.versions.first { version in
            let offered = DebianVersion(version.version)
            let isNeeded = state.isConfigured ? offered > installed : offered >= installed
            return version.pin > 0 && !version.isPhased && offered <= ceiling && isNeeded
        }
    }

    private func update(
        _ state: PackageState,
        _ version: AptPolicy.Version,
        _ archives: [String: PackageOrigin],
        _ details: [PatchReference: [String: String]]
    ) -> AvailableUpdate {
        // A package may change between `all` and one architecture from version to version.
        let fields =
            [state.architecture, "all", architecture].lazy.compactMap { architecture in
                details[PatchReference(name: state.name, architecture: architecture, version: version.version)]
            }.first ?? [:]
        return AvailableUpdate(
            name: state.name,
            architecture: fields["Architecture"] ?? state.architecture,
            installedVersion: state.version,
            version: version.version,
            origins: origins(of: version, archives),
            priority: fields["Priority"]?.lowercased() ?? "",
            section: fields["Section"]?.lowercased() ?? "",
            downloadBytes: fields["Size"].flatMap { Int64($0) } ?? 0
        )
    }

    private func origins(of version: AptPolicy.Version, _ archives: [String: PackageOrigin]) -> [PackageOrigin] {
        Set(version.sources.compactMap { archives[$0] }).filter { $0.archive != "now" }
            .sorted { ($0.label, $0.codename, $0.origin) < ($1.label, $1.codename, $1.origin) }
    }

    /// The control fields of exact versions, `NAME=VERSION` or `NAME:ARCHITECTURE=VERSION`.
    private func details(of versions: [String]) async throws(StepFailure) -> [PatchReference: [String: String]] {
        var details: [PatchReference: [String: String]] = [:]
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
    private func cacheName(_ state: PackageState) -> String { plainName(state.name, state.architecture) }

    func cache(_ arguments: [String]) async throws(StepFailure) -> String {
        let result = try await tool.capture("apt-cache", options.arguments + arguments, within: Limit.query)
        try check(result, "apt-cache \(arguments.first ?? "")", otherwise: .repository)
        return result.output
    }

    // MARK: - Newcomers

    /// The packages that the updates would bring in, as apt resolves all of them at once.
    ///
    /// Updates that cannot come, and what they need, are left out; a host so broken that apt resolves nothing has none.
    private func newcomers(_ archives: [String: PackageOrigin]) async throws(StepFailure) -> [Newcomer] {
        let upgrade = ["-o", "APT::Get::Never-Include-Phased-Updates=true", "--with-new-pkgs", "upgrade"]
        let simulation = try await tool.capture(
            "apt-get",
            options.arguments + ["--simulate", "--yes", "--quiet"] + upgrade,
            within: Limit.query
        )
        let changes = AptSimulation.changes(in: simulation.output, native: architecture)
            .filter { $0.action == .install && $0.from == nil }
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
