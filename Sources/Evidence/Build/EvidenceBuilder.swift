import Crypto
import Domain
package import DurableStreams
import FoundationEssentials
import PatchStreams
import Time

/// Builds the bundle of a month from the log.
package struct EvidenceBuilder {
    private let store: any LogStore
    private let content: EvidenceContent
    private let key: EvidenceKey

    package init(store: any LogStore, content: EvidenceContent, key: EvidenceKey) {
        self.store = store
        self.content = content
        self.key = key
    }

    /// Writes the bundle beside its place, and puts it there when it is whole.
    ///
    /// - Parameter target: a folder that is not there yet.
    /// - Throws: ``EvidenceError``, and what reading the log throws.
    package func build(_ request: EvidenceRequest, to target: String) async throws -> Manifest {
        guard request.period.begin < request.now else {
            throw EvidenceError.notBegun(period: request.period.description)
        }
        let folder = try BundleFolder(target: target)
        do {
            let manifest = try await fill(folder, request)
            try folder.publish()
            return manifest
        } catch {
            try? folder.discard()  // the failure counts; what is left over bears another name than a bundle
            throw error
        }
    }

    // MARK: - Steps

    private func fill(_ folder: BundleFolder, _ request: EvidenceRequest) async throws -> Manifest {
        let log = try await LogPart(store, of: request.span)
        let events = try await EventRecord(log, to: folder)
        let definitions = try await writeCycles(events.cycles, log, request, folder)
        let trails = NodeTrails()
        let rollouts = RolloutScribe(log: log, request: request, folder: folder, trails: trails)
        for rollout in events.rollouts.sorted() { try await rollouts.write(rollout) }
        trails.sort()
        let records = try await NodeScribe(log: log, request: request, folder: folder).write(events.nodes)
        let policy = try await PolicyScribe(log: log, request: request, folder: folder).write()
        let judgements = try await Judgements(
            trails,
            content,
            until: request.span.upperBound,
            definitions: definitions
        )
        let findings = FindingScribe(request: request, folder: folder, judgements: judgements, policy: policy.last)
        let population = PopulationScribe(request: request, folder: folder)
        for record in records {
            let trail = trails[record.id]
            let open = try findings.write(record, trail)
            try population.write(record, judgements.compliance[record.id], trail, open: open)
        }
        let hostList = try population.reconcile(records)
        try folder.closeTables()
        return try await seal(folder, request, events, policies: policy.digests, hostList)
    }

    /// Writes what was decided on the cycles.
    ///
    /// - Returns: their definitions, by name.
    private func writeCycles(
        _ names: Set<String>,
        _ log: LogPart,
        _ request: EvidenceRequest,
        _ folder: BundleFolder
    ) async throws -> [String: WorkflowDefinition] {
        var definitions: [String: WorkflowDefinition] = [:]
        for name in names.sorted() {
            try await log.forEachEvent(of: name, Cycle.self) { event, stored in
                if case .started(let start, _, _) = event { definitions[name] = start.definition }
                guard log.isInside(stored), let decision = Decision(event) else { return }
                try folder.write(decision.row(on: "cycle/\(name)", stored), to: .approvals)
            }
        }
        return definitions
    }

    /// Writes what is made of all the rest: the page for people, the roots, the manifest and its signature.
    private func seal(
        _ folder: BundleFolder,
        _ request: EvidenceRequest,
        _ events: EventRecord,
        policies: [String],
        _ hostList: Manifest.HostList?
    ) async throws -> Manifest {
        var manifest = Manifest(
            period: Manifest.Period(request),
            builtAt: "\(request.now)",
            tool: request.tool,
            sites: request.sites.sorted(),
            policies: policies,
            fleet: folder.files.first { $0.path == Table.population.path }?.sha256 ?? "",
            hostList: hostList,
            publicKey: key.publicKey.base64,
            timestampAuthority: request.authority?.url,
            shards: events.shards,
            files: folder.files
        )
        let page = ReadmePage(manifest, fingerprint: key.publicKey.fingerprint)
        try folder.add(BundleNames.readme, page.html.utf8)
        let files = folder.files.sorted { $0.path < $1.path }
        let roots = MerkleRoots(events: events.tree, files: files)
        try folder.add(BundleNames.merkle, CanonicalCoding.bytes(roots))
        manifest.files = folder.files.sorted { $0.path < $1.path }
        let bytes = try manifest.canonicalBytes
        try folder.add(BundleNames.manifest, bytes)
        try folder.add(BundleNames.signature, key.sign(bytes))
        try folder.add(BundleNames.publicKey, key.publicKey.pem.utf8)
        if let authority = request.authority {
            let stamp = try await authority.stamp(Array(SHA256.hash(data: bytes)))
            try folder.add(BundleNames.timestamp, stamp)
        }
        return manifest
    }
}

extension Manifest.Period {
    fileprivate init(_ request: EvidenceRequest) {
        let span = request.span
        self.init(
            name: request.period.description,
            begin: "\(span.lowerBound)",
            end: "\(span.upperBound)",
            isOver: span.upperBound == request.period.end
        )
    }
}
