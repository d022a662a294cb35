extension AdvisoryIndex {
    /// Findings of one host, give or take those of a package: many times what a real one has, so that none can fill the memory.
    private static let mostFindings = 200_000

    /// The advisories that a host lacks, sorted by advisory and package.
    ///
    /// Of packages that are installed in several versions, as kernels are, the newest counts.
    ///
    /// - Returns: nil when none of the advisories is for the host's release: then they prove nothing of it.
    package func findings(for set: PackageSet) -> [Finding]? {
        guard let fixes = releases[set.release] else { return nil }
        guard set.release.platform != "windows" else { return missingUpdates(of: set, fixes) }
        var open: [(advisory: Int, finding: Finding)] = []
        for subject in newest(of: set, fixes).values.sorted(by: { $0.patch < $1.patch })
        where open.count < Self.mostFindings {
            open += missing(subject, of: set.release, fixes)
        }
        return open.sorted { ($0.advisory, $0.finding.package) < ($1.advisory, $1.finding.package) }.map(\.finding)
    }

    /// The installed packages that have what an advisory fixes, sorted; where an update or a build fixes a system, the system.
    package func fixed(on set: PackageSet) -> [Patch] {
        guard let fixes = releases[set.release] else { return [] }
        guard set.release.platform != "windows" else {
            let open = missingUpdates(of: set, fixes).count
            return open == fixes.updates.count
                ? [] : set.packages.filter { $0.patch.name == PackageSet.windowsSystem }.map(\.patch)
        }
        return newest(of: set, fixes).values.filter { subject in
            let version = PackageVersion(subject.source.version, of: set.release)
            let binaries = fixes.binaries[subject.family] ?? []
            return binaries.contains { $0.version <= subject.version && $0.isFor(subject.patch.architecture) }
                || (fixes.sources[subject.source.name] ?? []).contains { $0.version <= version }
        }.map(\.patch).sorted()
    }

    // MARK: - Packages

    private struct Slot: Hashable {
        let family: String
        let architecture: String
    }

    /// A package that advisories speak of.
    private struct Subject {
        let patch: Patch
        let version: PackageVersion
        let family: String
        let source: PackageSet.Source
    }

    private func newest(of set: PackageSet, _ fixes: ReleaseFixes) -> [Slot: Subject] {
        var newest: [Slot: Subject] = [:]
        for package in set.packages {
            let family = packageFamily(package.patch.name)
            let source = set.source(of: package)
            guard fixes.binaries[family] != nil || fixes.sources[source.name] != nil else { continue }
            let slot = Slot(family: family, architecture: package.patch.architecture)
            let version = PackageVersion(package.patch.version, of: set.release)
            if let known = newest[slot], version <= known.version { continue }
            newest[slot] = Subject(patch: package.patch, version: version, family: family, source: source)
        }
        return newest
    }

    private func missing(
        _ subject: Subject,
        of release: SystemRelease,
        _ fixes: ReleaseFixes
    ) -> [(advisory: Int, finding: Finding)] {
        var open = (fixes.binaries[subject.family] ?? []).filter {
            subject.version < $0.version && $0.isFor(subject.patch.architecture)
        }
        if let sourceFixes = fixes.sources[subject.source.name] {
            let version = PackageVersion(subject.source.version, of: release)
            open += sourceFixes.filter { version < $0.version }
        }
        guard !open.isEmpty else { return [] }
        // An advisory may name a package more than once; it is closed when all of it is there.
        let highest = Dictionary(open.map { ($0.advisory, $0) }) { $0.version < $1.version ? $1 : $0 }
        return highest.map { place, fix in
            (place, Finding(advisory: advisories[place], package: subject.patch, fixedVersion: fix.text))
        }
    }

    // MARK: - Windows

    /// The build tells what is there, and so does the update itself.
    private func missingUpdates(of set: PackageSet, _ fixes: ReleaseFixes) -> [Finding] {
        let system = set.packages.first { $0.patch.name == PackageSet.windowsSystem }?.patch
        let build = system.flatMap { WindowsBuild($0.version) }
        let names = Set(set.packages.map(\.patch.name))
        return fixes.updates.sorted { $0.key < $1.key }.compactMap { place, updates in
            let isClosed = updates.contains { update in
                if names.contains(update.name) { return true }
                guard let build, let fixed = update.version.flatMap(WindowsBuild.init) else { return false }
                return fixed <= build
            }
            guard !isClosed, let update = updates.min(by: { $0.isLower(than: $1) }) else { return nil }
            return Finding(
                advisory: advisories[place],
                package: Patch(
                    name: update.name,
                    architecture: system?.architecture ?? "",
                    version: system?.version ?? ""
                ),
                fixedVersion: update.version
            )
        }
    }
}

extension AdvisoryIndex.Fix {
    /// A package may change between one architecture and all of them from version to version.
    fileprivate func isFor(_ installed: String) -> Bool {
        guard let architecture, architecture != installed else { return true }
        return architecture == "noarch" || installed == "noarch"
    }
}

extension FixedPackage {
    fileprivate func isLower(than other: Self) -> Bool {
        let (own, others) = (version.flatMap(WindowsBuild.init), other.version.flatMap(WindowsBuild.init))
        guard let own, let others, own != others else { return name < other.name }
        return own < others
    }
}
