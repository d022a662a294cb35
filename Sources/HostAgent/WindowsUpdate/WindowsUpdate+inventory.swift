package import AgentProtocol

/// What is installed and what is on offer.
extension WindowsUpdate {
    /// The package that stands for the system itself, with its build as version.
    private static let system = "Windows"
    /// The version of what only the system's list of fixes names.
    private static let unknownVersion = "hotfix"

    package func inventory() async throws(StepFailure) -> Inventory {
        try await waitForOthers(toRefresh: false, within: limits.lock)
        let survey = try await survey()
        let updates = survey.open.map { Self.update($0, survey) }
        let index = PackageIndex(
            origin: PackageOrigin(origin: "Microsoft", label: survey.source.name, codename: "", archive: ""),
            date: nil,
            digest: Hexadecimal.sha256(Array(survey.offered.map(\.identity.description).sorted().joined().utf8))
        )
        return Inventory(
            platform: "windows",
            platformVersion: survey.facts.platformVersion,
            architecture: survey.facts.architecture.lowercased(),
            packages: Self.packages(survey),
            updates: updates.sorted { ($0.name, $0.version) < ($1.name, $1.version) },
            newcomers: [],
            indexes: [index],
            rebootReasons: survey.signals.reasons
        )
    }

    package func states(of names: Set<String>, isPatient: Bool) async throws(StepFailure) -> PackageStates {
        try await waitForOthers(toRefresh: false, within: isPatient ? limits.transaction : limits.lock)
        let survey = try await survey()
        return PackageStates(packages: names.sorted().compactMap { survey.state(of: $0) }, isConsistent: true)
    }

    // MARK: - Steps

    private static func packages(_ survey: WindowsSurvey) -> [InstalledPackage] {
        let architecture = survey.facts.architecture.lowercased()
        let known = Set(survey.installed.map(\.name))
        let versions: [(String, String)] =
            [(system, survey.facts.fullBuild)]
            + survey.present.map { ($0.name, $0.identity.description) }
            + Set(survey.fixes).subtracting(known).map { ($0, unknownVersion) }
        return versions.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map { name, version in
            InstalledPackage(name: name, architecture: architecture, version: version, isHeld: false)
        }
    }

    private static func update(_ offer: OfferedUpdate, _ survey: WindowsSurvey) -> AvailableUpdate {
        let patch = offer.reference(survey.facts)
        let block = survey.memory.block(offer.identity)
        return AvailableUpdate(
            name: patch.name,
            architecture: patch.architecture,
            installedVersion: survey.version(of: patch.name),
            version: patch.version,
            origins: [offer.origin(survey.source)],
            priority: "",
            section: "",
            downloadBytes: offer.bytes,
            obstacle: offer.isHidden ? .pinned : block.map { .blocked(by: $0) },
            notices: [offer.notice]
        )
    }
}
