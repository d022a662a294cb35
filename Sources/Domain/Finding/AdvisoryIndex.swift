import Time

/// A set of advisories, ready to be asked which of them a host lacks.
///
/// An immutable value that can be shared. It holds each fix once, by release and package.
package struct AdvisoryIndex: Sendable {
    /// What closes an advisory on packages of one name: shared, since many are looked at for each that is open.
    final class Fix: Sendable {
        /// A place in ``AdvisoryIndex/advisories``.
        let advisory: Int
        let version: PackageVersion
        let text: String
        /// nil for every architecture.
        let architecture: String?

        init(advisory: Int, version: PackageVersion, text: String, architecture: String?) {
            self.advisory = advisory
            self.version = version
            self.text = text
            self.architecture = architecture
        }
    }

    struct ReleaseFixes: Sendable {
        /// By ``packageFamily(_:)``, in the order of their advisories.
        var binaries: [String: [Fix]] = [:]
        /// By the source package.
        var sources: [String: [Fix]] = [:]
        /// Windows: by the place in ``AdvisoryIndex/advisories``; any of the updates closes it.
        var updates: [Int: [FixedPackage]] = [:]
    }

    private(set) var advisories: [AdvisoryFacts] = []
    private(set) var releases: [SystemRelease: ReleaseFixes] = [:]

    /// - Parameters:
    ///   - versions: the present one of each advisory. Those that were taken back, and those that are no matter of security, are left out.
    ///   - threats: what is known of exploitation.
    package init(_ versions: [AdvisoryVersion], threats: Threats = Threats()) {
        let ratings = SeverityRatings(versions.lazy.map(\.advisory))
        // The order of findings is that of their advisories.
        let sorted = versions.filter { $0.advisory.isSecurityMatter }
            .sorted { ($0.advisory.source.rawValue, $0.advisory.id) < ($1.advisory.source.rawValue, $1.advisory.id) }
        for version in sorted {
            add(version.advisory)
            advisories.append(version.facts(threats, ratings))
        }
    }

    private mutating func add(_ advisory: Advisory) {
        let place = advisories.count
        for fix in advisory.fixes {
            guard let release = SystemRelease(product: fix.product, of: advisory.source) else { continue }
            guard advisory.source != .microsoft else {
                releases[release, default: ReleaseFixes()].updates[place, default: []].append(fix)
                continue
            }
            guard let text = fix.version else { continue }
            let entry = Fix(
                advisory: place,
                version: PackageVersion(text, of: release),
                text: text,
                architecture: fix.architecture
            )
            if fix.isSource {
                releases[release, default: ReleaseFixes()].sources[fix.name, default: []].append(entry)
            } else {
                releases[release, default: ReleaseFixes()].binaries[packageFamily(fix.name), default: []].append(entry)
            }
        }
    }
}

extension Advisory {
    /// The releases that its fixes are for.
    package var releases: Set<SystemRelease> {
        Set(fixes.compactMap { SystemRelease(product: $0.product, of: source) })
    }

    /// Without what findings on hosts of the releases do not tell: other fixes, the title and the link.
    package func narrowed(to releases: Set<SystemRelease>) -> Self {
        Self(
            id: id,
            source: source,
            title: "",
            classification: classification,
            severityWord: severityWord,
            cves: cves,
            issued: issued,
            updated: updated,
            fixes: fixes.filter { SystemRelease(product: $0.product, of: source).map(releases.contains) ?? false },
            isWithdrawn: isWithdrawn
        )
    }

    /// A bugfix or an enhancement that names no vulnerability is a patch and no finding.
    fileprivate var isSecurityMatter: Bool {
        guard !isWithdrawn else { return false }
        return kind == .security || kind == .other || !cves.isEmpty
    }
}

extension AdvisoryVersion {
    fileprivate func facts(_ threats: Threats, _ ratings: SeverityRatings) -> AdvisoryFacts {
        AdvisoryFacts(
            id: advisory.id,
            source: advisory.source,
            digest: digest,
            severity: advisory.severity { ratings.severity(of: $0, by: advisory.source) },
            classification: advisory.classification,
            severityWord: advisory.severityWord,
            cves: advisory.cves,
            releasedAt: advisory.releasedAt,
            exploitedDueAt: advisory.cves.compactMap { threats.knownExploited[$0]?.dueAt }.min(),
            isKnownExploited: threats.areExploited(advisory.cves),
            exploitProbability: threats.probability(of: advisory.cves),
            firstImportedAt: firstImportedAt
        )
    }
}
