import AgentProtocol
import PackageVersions

/// The package database as rpm has it.
extension Dnf {
    package func states(of names: Set<String>, isPatient: Bool) async throws(StepFailure) -> PackageStates {
        try await waitForOthers(within: isPatient ? Limit.transaction : Limit.lock)
        let entries = try await database()
        let broken = try await damage(entries).broken(of: entries)
        return PackageStates(
            packages: newest(entries).filter { names.contains($0.reference.name) }.map { entry in
                PackageState(
                    name: entry.reference.name,
                    architecture: entry.reference.architecture,
                    version: entry.reference.version,
                    isConfigured: !broken.contains(entry.reference),
                    isHeld: false,
                    format: .rpm
                )
            },
            isConsistent: broken.isEmpty
        )
    }

    /// One package of the database.
    struct Entry {
        var reference: PatchReference
        /// nil when it has the package's name and version.
        var source: SourcePackage?
        /// In seconds since 1970.
        var installedAt: Int64
    }

    /// Every installed package, sorted by name, architecture and version; of kernels there are several.
    func database(_ names: [String] = []) async throws(StepFailure) -> [Entry] {
        let fields = ["NAME", "ARCH", "EPOCHNUM", "VERSION", "RELEASE", "SOURCERPM", "INSTALLTIME"]
        let format = fields.map { "%{\($0)}" }.joined(separator: "\t") + "\n"
        let query = names.isEmpty ? ["--query", "--all"] : ["--query"] + names
        let result = try await tool.capture(
            "rpm",
            options.rpm + query + ["--queryformat", format],
            within: Limit.query
        )
        // Of names that are not installed rpm says so in words, and calls it an error.
        guard result.isSuccess || !names.isEmpty else {
            throw StepFailure(.unknown, "rpm --query --all failed, \(result.status): \(result.tail)")
        }
        return result.output.split(separator: "\n").compactMap(RPMQuery.entry).sorted { left, right in
            let (left, right) = (left.reference, right.reference)
            return (left.name, left.architecture, left.version) < (right.name, right.architecture, right.version)
        }
    }

    /// The newest version of each package.
    func newest(_ entries: [Entry]) -> [Entry] {
        let versions = Dictionary(grouping: entries, by: \.reference.packageName).values
        return versions.compactMap { versions in
            versions.max { RPMVersion($0.reference.version) < RPMVersion($1.reference.version) }
        }.sorted { ($0.reference.name, $0.reference.architecture) < ($1.reference.name, $1.reference.architecture) }
    }

    // MARK: - Damage

    /// What is wrong with the packages that are there.
    struct Damage: Decodable {
        /// Older versions that an interrupted transaction of dnf's was about to take away.
        var leftovers: [PatchReference]
        /// Other older versions of packages of which one is the rule: who put them there may want them there.
        var doubles: [PatchReference]
        /// Those that an interrupted transaction brought, and those whose scripts failed.
        var unfinished: [PatchReference]

        /// What dnf began and did not end: every version of what it was to replace, and all that is unfinished.
        func broken(of entries: [Entry]) -> Set<PatchReference> {
            Set(unfinished + Self.versions(of: leftovers, entries))
        }

        /// That, and all that is there twice.
        func strange(of entries: [Entry]) -> Set<PatchReference> {
            broken(of: entries).union(Self.versions(of: doubles, entries))
        }

        private static func versions(of packages: [PatchReference], _ entries: [Entry]) -> [PatchReference] {
            let names = Set(packages.map(\.packageName))
            return entries.map(\.reference).filter { names.contains($0.packageName) }
        }
    }

    func damage(
        _ entries: [Entry],
        waiting limit: Duration = Limit.lock
    ) async throws(StepFailure) -> Damage {
        if let offer = prepared.offer(of: entries) { return try whole(offer.damage, entries) }
        return try whole(try await ask("damage", [], waiting: limit), entries)
    }

    /// What dnf knows of, and what rpm noted nowhere.
    func whole(_ damage: Damage, _ entries: [Entry]) throws(StepFailure) -> Damage {
        let failed = try noteFailedScripts(entries).filter { !damage.unfinished.contains($0) }
        var whole = damage
        whole.unfinished += failed
        return whole
    }

    /// Keeps in mind whose scripts failed in the last transaction, before the next one writes over its log.
    ///
    /// - Returns: all that are still installed at the version whose script failed.
    @discardableResult
    func noteFailedScripts(_ entries: [Entry]) throws(StepFailure) -> [PatchReference] {
        do throws(FileFailure) {
            let log = try DurableFile.text(options.log.path) ?? ""
            let lines = (try DurableFile.text(options.failedScripts) ?? "").split(separator: "\n")
            let known = Set(lines.map(String.init))
            let names = DnfFailure.failedScripts(in: log)
            let failed = newest(entries).map(\.reference).filter {
                names.contains($0.name) || known.contains(Self.name($0))
            }
            if Set(failed.map(Self.name)) != known { try keep(failed: failed.map(Self.name)) }
            // What is noted is noted: the package may be mended by others before the next transaction.
            try DurableFile.rename(options.log.path, to: options.log.noted)
            return failed
        } catch {
            throw StepFailure(.disk, error.description)
        }
    }

    func keep(failed packages: [String]) throws(FileFailure) {
        let text = packages.map { $0 + "\n" }.joined()
        try DurableFile.write(Array(text.utf8), to: options.failedScripts, mode: 0o600)
    }

    // MARK: - Waiting for others

    /// Waits while another process changes packages: a dnf that a former agent started, or somebody's else.
    package func waitForOthers(toRefresh: Bool = false, within limit: Duration) async throws(StepFailure) {
        try await patience.wait(within: limit) { lockHolder(ofMetadataToo: toRefresh) }
    }

    private func lockHolder(ofMetadataToo: Bool) -> Int32? {
        if let process = FileLock.holder(of: databaseFolder + "/.rpm.lock") { return process }
        let files =
            ["/var/lib/dnf/rpmdb_lock.pid", "/var/cache/dnf/download_lock.pid"]
            + (ofMetadataToo ? ["/var/cache/dnf/metadata_lock.pid"] : [])
        return files.lazy.compactMap { processInFile(options.root + $0) }.first
    }

    /// dnf writes its number into a file, which stays behind when it is killed.
    private func processInFile(_ path: String) -> Int32? {
        // A file that cannot be read says nothing; dnf itself will say what is wrong with it.
        guard let text = try? DurableFile.text(path), let process = Int32(text), process > 0 else { return nil }
        return ProcessTable().program(of: process) == nil ? nil : process
    }
}

/// A package whatever its version.
struct PackageName: Hashable {
    var name: String
    var architecture: String
}

extension PatchReference {
    var packageName: PackageName { PackageName(name: name, architecture: architecture) }
}
