import ArgumentParser
import Domain
import Foundation
import Time

/// From packages, advisories and baselines to patch states and findings of a fleet, on all cores.
struct EvaluationBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluation",
        abstract: "Patch states and findings of a fleet in which hosts are equal to others, on all cores.",
        discussion: """
            The index of advisories is built in the time that is measured, and so are the package sets, each when its first host comes. \
            There is no PostgreSQL in it.
            """
    )

    @Option(help: "Hosts.")
    var hosts = 1_000_000

    @Option(help: "Distinct package sets, spread over the hosts.")
    var sets = 20_000

    @Option(help: "Packages of a set.")
    var packages = 400

    @Option(help: "Advisories.")
    var advisories = 5_000

    func run() async throws {
        guard hosts > 0, sets > 0, packages > 0, advisories > 0 else {
            throw ValidationError("--hosts, --sets, --packages and --advisories are 1 at least")
        }
        let versions = (0..<advisories).map(MadePackages.advisory)
        let start = ContinuousClock.now
        let fleet = EvaluatedFleet(index: AdvisoryIndex(versions), packageCount: packages)
        let indexed = ContinuousClock.now
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let totals = await withTaskGroup { group in
            for core in 0..<cores {
                group.addTask { fleet.evaluate(hosts: hosts, sets: sets, part: core, of: cores) }
            }
            return await group.reduce(EvaluatedFleet.Totals()) { $0 + $1 }
        }
        let figures = EvaluationFigures(
            hosts: hosts,
            evaluated: totals.evaluated,
            advisories: advisories,
            findings: totals.findings,
            missing: totals.missing,
            indexSeconds: ((indexed - start) / .seconds(1)).rounded(toPlaces: 2),
            seconds: ((ContinuousClock.now - start) / .seconds(1)).rounded(toPlaces: 1),
            residentMiB: ProcessID.own.residentMiB.highest
        )
        try Result(
            benchmark: "evaluation",
            settings: nil,
            figures: figures,
            bound: "the processor: all cores are at work"
        ).print()
    }
}

struct EvaluationFigures: Encodable {
    let hosts: Int
    /// Package sets, each evaluated once.
    let evaluated: Int
    let advisories: Int
    /// Of all hosts.
    let findings: Int
    let missing: Int
    let indexSeconds: Double
    let seconds: Double
    let residentMiB: Int
}

/// Hosts by number; those whose numbers leave the same rest have the same packages.
private struct EvaluatedFleet: Sendable {
    let index: AdvisoryIndex
    let packageCount: Int
    private let baselines = [
        Baseline.predefined(for: .amazonLinux2023),
        Baseline(
            name: "bugfixes-later",
            patchGroups: ["*"],
            globalFilters: [PatchFilter(.product, ["AmazonLinux2023"])],
            rules: [
                Baseline.ApprovalRule(
                    filters: [
                        PatchFilter(.classification, ["Security"]), PatchFilter(.severity, ["Critical", "Important"]),
                    ],
                    level: .critical,
                    delay: .days(7)
                ),
                Baseline.ApprovalRule(
                    filters: [PatchFilter(.classification, ["Security", "Bugfix"])],
                    level: .medium,
                    delay: .days(30)
                ),
            ]
        ),
        Baseline(
            name: "with-lists",
            patchGroups: ["*"],
            rules: [Baseline.ApprovalRule(level: .high, includesNonSecurity: true)],
            approved: ["package-1*", "ALAS2023-2026-100*"],
            approvedLevel: .critical,
            rejected: ["package-7?", "CVE-2026-100*"]
        ),
    ]

    struct Totals: Sendable {
        var evaluated = 0
        var findings = 0
        var missing = 0

        static func + (left: Self, right: Self) -> Self {
            Self(
                evaluated: left.evaluated + right.evaluated,
                findings: left.findings + right.findings,
                missing: left.missing + right.missing
            )
        }
    }

    /// One core's share: the hosts of every so many-th package set.
    func evaluate(hosts: Int, sets: Int, part: Int, of parts: Int) -> Totals {
        var cache = EvaluationCache<Evaluation>(capacity: sets)
        var totals = Totals()
        for host in 0..<hosts {
            // Equal hosts are far from each other.
            let set = host % sets
            guard set % parts == part else { continue }
            let baseline = baselines[set % baselines.count]
            let key = EvaluationKey(
                packageSet: "set \(set)",
                advisorySet: "all",
                policy: baseline.name,
                at: MadePackages.now
            )
            let known = cache.find(key)
            let evaluation = known ?? evaluate(set, by: baseline)
            if known == nil {
                totals.evaluated += 1
                cache.keep(evaluation, for: key)
            }
            totals.findings += evaluation.findings?.count ?? 0
            totals.missing += evaluation.patches.count(.missing)
        }
        return totals
    }

    private func evaluate(_ set: Int, by baseline: Baseline) -> Evaluation {
        let inventory = MadePackages.inventory(set, count: packageCount)
        let survey = PatchSurvey(
            installed: inventory.installed.map { inventory.candidate($0.patch) },
            available: inventory.updates.map { update in
                var candidate = inventory.candidate(update)
                candidate.notices = [MadePackages.notice(of: update.patch)]
                return candidate
            }
        )
        return Evaluation(
            patches: PatchSummary(PatchReport(survey, by: baseline, at: MadePackages.now)),
            findings: index.findings(for: PackageSet(inventory))
        )
    }
}

/// What one host's packages are under a baseline and a set of advisories at one time.
private struct Evaluation {
    var patches: PatchSummary
    var findings: [Finding]?
}

/// Packages of Amazon Linux with a hundred releases each, of which hosts have late ones.
private enum MadePackages {
    static let now = Timestamp(microseconds: 1_795_000_000_000_000)
    private static let names = 3_000
    private static let releases = 100

    static func advisory(_ number: Int) -> AdvisoryVersion {
        let release = number % releases + 1
        let fixes = (0..<3).map { place in
            FixedPackage(
                product: number % 5 == 0 ? "Amazon Linux 2" : "Amazon Linux 2023",
                name: name((number * 3 + place) * 7),
                architecture: "x86_64",
                version: version(release)
            )
        }
        let advisory = Advisory(
            id: "ALAS2023-2026-\(10_000 + number)",
            source: .amazonLinux,
            title: "A flaw",
            classification: "security",
            severityWord: ["Critical", "Important", "Medium", "Low"][number % 4],
            cves: [CVE("CVE-2026-\(10_000 + number)")].compactMap(\.self),
            issued: now - .seconds((releases - release) * 86_400),
            fixes: fixes
        )
        return AdvisoryVersion(advisory, digest: "\(number)")
    }

    /// Ten of a hundred packages have an update.
    static func inventory(_ set: Int, count: Int) -> HostInventory {
        var (installed, updates) = ([InstalledItem](), [UpdateItem]())
        for place in 0..<count {
            let name = name(set * 31 + place * (names / count))
            let release = releases - (set + place) % 10
            let patch = Patch(name: name, architecture: "x86_64", version: version(release))
            installed.append(InstalledItem(patch: patch, isHeld: false))
            guard place % 10 == 0 else { continue }
            let newer = Patch(name: name, architecture: "x86_64", version: version(releases + 1))
            updates.append(
                UpdateItem(patch: newer, installedVersion: patch.version, origins: [], priority: "", section: "")
            )
        }
        return HostInventory(
            platform: "amzn",
            platformVersion: "2023",
            architecture: "x86_64",
            installed: installed,
            updates: updates,
            indexCount: 1,
            rebootReasons: []
        )
    }

    static func notice(of patch: Patch) -> PatchNotice {
        PatchNotice(
            id: "ALAS2023-2026-\(patch.name)",
            classification: "Security",
            severity: "Important",
            normalizedSeverity: "high",
            cves: ["CVE-2026-2000"],
            releasedAt: now - .seconds(20 * 86_400)
        )
    }

    private static func name(_ number: Int) -> String { "package-\(number % names)" }

    private static func version(_ release: Int) -> String { "1:3.0.8-\(release).amzn2023.0.4" }
}
