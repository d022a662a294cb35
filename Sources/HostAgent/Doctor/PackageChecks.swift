import AgentProtocol
import Time

/// Packages that an interrupted dpkg or rpm left half done or there twice.
struct PackageDatabaseCheck: HealthCheck {
    let packages: any PackageManager

    var name: String { "package-database" }

    func findings() async throws -> [Finding] {
        // Who is at work may be about to mend it.
        try await packages.waitForOthers(toRefresh: false, within: .zero)
        guard try await !packages.states(of: [], isPatient: false).isConsistent else { return [] }
        let broken = try await packages.inventory().packages.filter { $0.isBroken == true }
        let names = broken.prefix(20).map { "\($0.name) \($0.version)" }.joined(separator: ", ")
        let detail = "packages are half installed, not configured, or there twice" + (names.isEmpty ? "" : ": \(names)")
        return [Finding(name, detail, advice: "run doctor --repair", isRepairable: true)]
    }

    func repair() async throws -> String {
        try await packages.repair(allowing: PackageTransaction([]), waiting: .seconds(60))
        return "completed what was interrupted, at the versions that were there"
    }
}

/// Indexes of archives that are missing or out of date: what they say of updates is no proof.
struct PackageIndexCheck: HealthCheck {
    /// Archives are signed anew some hours late at times.
    private static let grace = Duration.seconds(86_400)

    let packages: any PackageManager
    let now: @Sendable () -> Timestamp

    var name: String { "package-index" }

    func findings() async throws -> [Finding] {
        let (indexes, now) = (try await packages.inventory().indexes, now())
        let advice = "run doctor --repair; if it stays, look at the repositories that this host is given"
        guard !indexes.isEmpty else {
            return [Finding(name, "there is no index of any archive", advice: advice, isRepairable: true)]
        }
        return indexes.compactMap { index in
            guard let end = index.validUntil, end + Self.grace < now else { return nil }
            let archive = "\(index.origin.label) \(index.origin.codename)"
            return Finding(name, "the index of \(archive) ended at \(end)", advice: advice, isRepairable: true)
        }
    }

    func repair() async throws -> String {
        try await packages.refresh()
        return "fetched the indexes"
    }
}

/// Files that packages laid beside configuration files of which the host kept its own: a person's to decide.
struct LeftoverCheck: HealthCheck {
    let packages: any PackageManager

    var name: String { "configuration" }

    func findings() async throws -> [Finding] {
        let files = try await packages.inventory().keptConfiguration ?? []
        return files.map { file in
            Finding(name, "\(file) was not taken over", advice: "compare it with the file in use, then remove it")
        }
    }
}
