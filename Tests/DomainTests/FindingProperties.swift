import Domain
import PackageVersions
import Testing

/// The index against a slow judge that looks at every package, advisory and fix.
@Suite("Findings of random hosts")
struct FindingProperties {
    private static let products: [(AdvisorySource, String, SystemRelease)] = [
        (.debian, "bookworm", SystemRelease(platform: "debian", version: "12")),
        (.debian, "trixie", SystemRelease(platform: "debian", version: "13")),
        (.amazonLinux, "Amazon Linux 2023", SystemRelease(platform: "amzn", version: "2023")),
        (.redHat, "Red Hat Enterprise Linux BaseOS (v. 9)", SystemRelease(platform: "rhel", version: "9")),
    ]

    @Test("They are what a search through everything finds", arguments: UInt64(1)...8)
    func oracle(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let advisories = (0..<80).map { Self.advisory($0, &random) }
        let index = AdvisoryIndex(advisories)
        var (findings, unknown) = (0, 0)
        for _ in 0..<20 {
            let set = Self.set(&random)
            let expected = Self.search(set, advisories.map(\.advisory))
            let found = index.findings(for: set)
            #expect(found?.map(Self.line) == expected, "seed \(seed): \(set)")
            findings += found?.count ?? 0
            unknown += found == nil ? 1 : 0
        }
        #expect(findings > 50, "seed \(seed): the hosts are not various")
        #expect(unknown > 0, "seed \(seed): no host has a release of its own")
    }

    @Test("The order in which advisories and packages come makes no difference", arguments: UInt64(1)...5)
    func order(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var advisories = (0..<60).map { Self.advisory($0, &random) }
        var set = Self.set(&random)
        let found = AdvisoryIndex(advisories).findings(for: set)
        advisories.shuffle(using: &random)
        set.packages.shuffle(using: &random)
        #expect(AdvisoryIndex(advisories).findings(for: set) == found, "seed \(seed)")
    }

    // MARK: - Random worlds

    private static func advisory(_ number: Int, _ random: inout SplitMix64) -> AdvisoryVersion {
        let (source, product, _) = products[Int.random(in: 0..<products.count, using: &random)]
        let fixes = (0..<Int.random(in: 1...6, using: &random)).map { _ in
            FixedPackage(
                product: random.chance(10) ? "another product" : product,
                name: name(&random),
                architecture: ["x86_64", "i686", "noarch", nil][Int.random(in: 0..<4, using: &random)],
                version: random.chance(5) ? nil : version(&random),
                isSource: random.chance(40)
            )
        }
        let advisory = Advisory(
            id: "A-\(1_000 + number)",
            source: source,
            title: "",
            classification: random.chance(10) ? "bugfix" : "security",
            severityWord: "low",
            fixes: fixes,
            isWithdrawn: random.chance(10)
        )
        return AdvisoryVersion(advisory, digest: "")
    }

    private static func set(_ random: inout SplitMix64) -> PackageSet {
        let release =
            random.chance(10)
            ? SystemRelease(platform: "arch", version: "")
            : products[Int.random(in: 0..<products.count, using: &random)].2
        let packages = (0..<25).map { _ in
            let number = Int.random(in: 0..<12, using: &random)
            let architecture = ["x86_64", "i686", "noarch"][Int.random(in: 0..<3, using: &random)]
            return PackageSet.Package(
                patch: Patch(name: "package-\(number)", architecture: architecture, version: version(&random)),
                source: number % 2 == 0
                    ? PackageSet.Source(name: "package-\(number / 2)", version: version(&random)) : nil
            )
        }
        // Side by side only in other versions, since of equal ones either may count.
        var seen: Set<String> = []
        let distinct = packages.filter {
            seen.insert("\($0.patch.name) \($0.patch.architecture) \($0.patch.version)").inserted
        }
        return PackageSet(release: release, packages: distinct)
    }

    private static func name(_ random: inout SplitMix64) -> String {
        "package-\(Int.random(in: 0..<12, using: &random))"
    }

    /// Each is in one order with all others, whatever the vendor.
    private static func version(_ random: inout SplitMix64) -> String {
        "\(Int.random(in: 1...3, using: &random)).\(Int.random(in: 0...12, using: &random))-\(Int.random(in: 1...3, using: &random))"
    }

    // MARK: - The slow judge

    private static func line(_ finding: Finding) -> String {
        "\(finding.advisory.id) \(finding.package) < \(finding.fixedVersion ?? "")"
    }

    private static func isBefore(_ left: String, _ right: String) -> Bool { RPMVersion(left) < RPMVersion(right) }

    private static func search(_ set: PackageSet, _ advisories: [Advisory]) -> [String]? {
        let counting = set.packages.filter { package in
            !set.packages.contains { other in
                other.patch.name == package.patch.name && other.patch.architecture == package.patch.architecture
                    && isBefore(package.patch.version, other.patch.version)
            }
        }
        var lines: [(AdvisorySource, String, Patch, String)] = []
        var isKnown = false
        for advisory in advisories where !advisory.isWithdrawn && advisory.classification == "security" {
            let fixes = advisory.fixes.filter {
                SystemRelease(product: $0.product, of: advisory.source) == set.release && $0.version != nil
            }
            isKnown = isKnown || !fixes.isEmpty
            for package in counting {
                let open = fixes.filter { isOpen($0, package) }.compactMap(\.version)
                if let highest = open.max(by: isBefore) {
                    lines.append((advisory.source, advisory.id, package.patch, highest))
                }
            }
        }
        guard isKnown else { return nil }
        return lines.sorted { ($0.0.rawValue, $0.1, $0.2) < ($1.0.rawValue, $1.1, $1.2) }
            .map { "\($0.1) \($0.2) < \($0.3)" }
    }

    private static func isOpen(_ fix: FixedPackage, _ package: PackageSet.Package) -> Bool {
        guard let version = fix.version else { return false }
        let source = package.source ?? PackageSet.Source(name: package.patch.name, version: package.patch.version)
        if fix.isSource { return fix.name == source.name && isBefore(source.version, version) }
        let architectures: Set = [fix.architecture ?? "noarch", package.patch.architecture]
        return fix.name == package.patch.name && isBefore(package.patch.version, version)
            && (architectures.count == 1 || architectures.contains("noarch"))
    }
}
