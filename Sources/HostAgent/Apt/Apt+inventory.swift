package import AgentProtocol

/// What is installed and what is on offer.
extension Apt {
    package func inventory() async throws(StepFailure) -> Inventory {
        try await waitForOthers(within: Limit.lock)
        let entries = try await database()
        let request = try rebootRequest()
        let archives = AptPolicy.archives(in: try await cache(["policy"]))
        let policies = try await policies(of: entries.map { cacheName($0.state) }, archives)
        let upgrade = try await simulatedUpgrade()
        let offers = try await offers(for: entries.map(\.state), policies, upgrade)
        let newcomers = try await newcomers(upgrade?.changes ?? [], archives)
        let details = try await details(
            of: offers.map { "\(cacheName($0.state))=\($0.version.version)" }
                + newcomers.map { "\(plainName($0.name, $0.architecture))=\($0.version)" }
        )
        var catalogue = OfferingCatalogue()
        let packages = entries.map { catalogue.package($0, offered: origins(of: $0, policies, archives)) }
        return Inventory(
            platform: platform.id,
            platformVersion: platform.versionID,
            architecture: architecture,
            packages: packages,
            offerings: catalogue.offerings,
            updates: offers.map { update($0, archives, details) },
            newcomers: newcomers,
            needs: needs(entries, offers, newcomers, details),
            keptConfiguration: try await keptConfiguration(),
            indexes: try indexes(),
            rebootReasons: request.reasons
        )
    }

    private func origins(
        of entry: Entry,
        _ policies: [String: AptPolicy.Package],
        _ archives: [String: PackageOrigin]
    ) -> [PackageOrigin] {
        let version = policies[cacheName(entry.state)]?.versions.first { $0.version == entry.state.version }
        return version.map { origins(of: $0, archives) } ?? []
    }

    func cache(_ arguments: [String]) async throws(StepFailure) -> String {
        let result = try await tool.capture("apt-cache", options.arguments + arguments, within: Limit.query)
        try check(result, "apt-cache \(arguments.first ?? "")", otherwise: .repository)
        return result.output
    }

    // MARK: - Configuration

    /// What packages brought for configuration files that the host kept its own of, by dpkg and by ucf.
    private func keptConfiguration() async throws(StepFailure) -> [String] {
        let result = try await tool.capture(
            "dpkg-query",
            ["--admindir=\(options.statusFolder)", "--show", "--showformat=${Conffiles}\n"],
            within: Limit.query
        )
        var files: Set<String> = []
        for line in result.output.split(separator: "\n") {
            guard let path = line.split(separator: " ").first else { continue }
            files.formUnion([path + ".dpkg-dist", path + ".dpkg-new"])
        }
        do throws(FileFailure) {
            let registered = try DurableFile.text(options.root + "/var/lib/ucf/hashfile") ?? ""
            for line in registered.split(separator: "\n") {
                if let path = line.split(separator: " ").last { files.insert(path + ".ucf-dist") }
            }
        } catch {
            throw StepFailure(.unknown, error.description)
        }
        return KeptConfiguration.files(among: files, root: options.root)
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

/// The offerings of the packages so far, in the order of their first ones.
private struct OfferingCatalogue {
    private(set) var offerings: [PackageOffering] = []
    private var places: [PackageOffering: Int] = [:]

    /// - Parameter origins: the archives that offer its version.
    mutating func package(_ entry: Apt.Entry, offered origins: [PackageOrigin]) -> InstalledPackage {
        InstalledPackage(
            name: entry.state.name,
            architecture: entry.state.architecture,
            version: entry.state.version,
            isHeld: entry.state.isHeld,
            isBroken: entry.state.isConfigured ? nil : true,
            offering: origins.isEmpty ? nil : place(of: entry, origins),
            source: entry.source
        )
    }

    /// By the priority and the section that dpkg has: those of the index may be others by an archive's overrides, and reading
    /// them takes as long as the rest of a scan.
    private mutating func place(of entry: Apt.Entry, _ origins: [PackageOrigin]) -> Int {
        let offering = PackageOffering(
            origins: origins,
            priority: entry.fields["Priority"]?.lowercased() ?? "",
            section: entry.fields["Section"]?.lowercased() ?? ""
        )
        if let place = places[offering] { return place }
        places[offering] = offerings.count
        offerings.append(offering)
        return offerings.count - 1
    }
}
