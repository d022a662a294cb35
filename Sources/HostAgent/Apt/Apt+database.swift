import AgentProtocol

/// The package database as dpkg has it.
extension Apt {
    package func states(of names: Set<String>, isPatient: Bool) async throws(StepFailure) -> PackageStates {
        try await waitForOthers(within: isPatient ? Limit.transaction : Limit.lock)
        let entries = try await database()
        let hasUpdates = try !pendingUpdates().isEmpty
        return PackageStates(
            packages: entries.map(\.state).filter { names.contains($0.name) },
            isConsistent: !hasUpdates && entries.allSatisfy(\.isSound)
        )
    }

    /// One package of the database.
    struct Entry {
        var state: PackageState
        /// Nothing of it is left to be done.
        var isSound: Bool
        /// It is unpacked and was never configured at this version.
        var isUnpacked: Bool
        /// It was cut off while it was unpacked.
        var needsReinstallation: Bool
        /// nil when it has the package's name and version.
        var source: SourcePackage?
        /// Of its control paragraph as dpkg has it: section and priority, and what it says of other packages.
        var fields: [String: String]
    }

    private static let stateFields = [
        "Package", "Architecture", "Version", "db:Status-Want", "db:Status-Status", "db:Status-Eflag",
        "source:Package", "source:Version",
    ]
    private static let controlFields = [
        "Section", "Priority", "Config-Version", "Installed-Size",
        "Pre-Depends", "Depends", "Breaks", "Conflicts", "Provides",
    ]

    /// Every package that is there in whole or in part, sorted by name and architecture.
    func database() async throws(StepFailure) -> [Entry] {
        let format = (Self.stateFields + Self.controlFields).map { "${\($0)}" }.joined(separator: "\t") + "\n"
        let result = try await tool.capture(
            "dpkg-query",
            ["--admindir=\(options.statusFolder)", "--show", "--showformat=\(format)"],
            within: Limit.query
        )
        // An empty database is an answer too, which dpkg-query calls an error.
        guard result.isSuccess || result.errors.contains("no packages found") else {
            throw StepFailure(.unknown, "dpkg-query failed, \(result.status): \(result.tail)")
        }
        let entries = result.output.split(separator: "\n").compactMap(Self.entry)
        return entries.sorted { ($0.state.name, $0.state.architecture) < ($1.state.name, $1.state.architecture) }
    }

    private static func entry(_ line: Substring) -> Entry? {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == stateFields.count + controlFields.count,
            !["not-installed", "config-files"].contains(fields[4])
        else { return nil }
        let awaitsTriggers = fields[4] == "triggers-pending" || fields[4] == "triggers-awaited"
        let isInstalled = fields[4] == "installed"
        let state = PackageState(
            name: fields[0],
            architecture: fields[1],
            version: fields[2],
            isConfigured: (isInstalled || awaitsTriggers) && fields[5] == "ok",
            isHeld: fields[3] == "hold"
        )
        let source = SourcePackage(name: fields[6], version: fields[7])
        return Entry(
            state: state,
            isSound: isInstalled && fields[5] == "ok",
            isUnpacked: fields[4] == "unpacked",
            needsReinstallation: fields[5] == "reinstreq",
            source: source == SourcePackage(name: state.name, version: state.version) ? nil : source,
            fields: Dictionary(zip(controlFields, fields.dropFirst(stateFields.count))) { first, _ in first }
        )
    }

    /// What an interrupted dpkg left in its own journal.
    private func pendingUpdates() throws(StepFailure) -> [String] {
        do throws(FileFailure) {
            return try DurableFile.names(in: options.statusFolder + "/updates").filter { $0.allSatisfy(\.isNumber) }
        } catch {
            throw StepFailure(.unknown, error.description)
        }
    }
}
