import AgentProtocol
import Domain
import DurableStreams
import PatchStreams
import Time

/// Judges hosts by what they proved; equal hosts under one baseline once.
///
/// Kept from one step of the projection to the next: what stands under a digest never changes, and what is known of advisories only with
/// an import.
struct ComplianceJudge {
    private let reader: StreamReader
    private let content: ContentStore
    /// By cycle, those of the step: a database that is restored may start a cycle again from another definition.
    private var definitions: [String: (baselines: String, definition: WorkflowDefinition)] = [:]
    private var inventories: [String: HostInventory] = [:]
    private var verdicts = EvaluationCache<Proof.Verdict>(capacity: verdictCapacity)
    /// The last import of advisories as of this step; nil while nobody asked.
    private var lastImport: Int64?
    /// The one that the inventories were loaded after.
    private var inventoriesImport: Int64?
    /// When what inventories were offered was published, as far as advisories tell: those that were looked at since it was written last.
    private(set) var released: [Patch: Timestamp] = [:]
    /// What is kept at a time: it bounds the memory.
    private static let inventoryCapacity = 200
    private static let definitionCapacity = 100
    private static let verdictCapacity = 10_000

    init(reader: StreamReader, content: ContentStore) {
        self.reader = reader
        self.content = content
    }

    /// The next step's cycles are looked at anew, and so are the imports.
    mutating func beginStep() { (definitions, lastImport) = ([:], nil) }

    /// What was published when is written: an inventory that is remembered does not tell it again.
    mutating func forgetReleased() { released = [:] }

    /// What the end of a host run proves: with an inventory its compliance, without one nothing.
    mutating func proof(of ending: RunEnding) async throws -> Proof {
        guard let inventory = ending.inventory else { return Proof(ending, .unscanned) }
        let (digest, definition) = try await definition(of: ending.cycle)
        let advisories = try await currentImport()
        let key = EvaluationKey(
            packageSet: inventory,
            advisorySet: "\(advisories)",
            policy: "\(digest)/\(ending.patchGroup)",
            at: ending.at
        )
        if let known = verdicts.find(key) { return Proof(ending, known) }
        let found = try await self.inventory(inventory)
        let baseline = definition.baseline(ofPatchGroup: ending.patchGroup, on: found.system)
        let verdict = Proof.Verdict(found, by: baseline, at: ending.at)
        verdicts.keep(verdict, for: key)
        return Proof(ending, verdict)
    }

    // MARK: - Steps

    private mutating func definition(of cycle: String) async throws -> (String, WorkflowDefinition) {
        if let known = definitions[cycle] { return known }
        let folded = try await reader.fold(DomainDecider<Cycle>.withoutEffects, Cycle.stream(cycle))
        guard let start = folded?.state.start else { throw MissingSource(what: "cycle \(cycle)") }
        if definitions.count >= Self.definitionCapacity { definitions.removeAll() }
        // The file's digest would not do: the policy fills in what it leaves out.
        let baselines = ContentStore.digest(of: try DomainJSON.encode(start.definition.baselines))
        definitions[cycle] = (baselines, start.definition)
        return (baselines, start.definition)
    }

    /// Inventories are loaded anew after an import: they carry what is known of their updates.
    private mutating func currentImport() async throws -> Int64 {
        if let lastImport { return lastImport }
        let number = try await content.advisories.lastImport()
        if inventoriesImport != number { inventories.removeAll(keepingCapacity: true) }
        (lastImport, inventoriesImport) = (number, number)
        return number
    }

    private mutating func inventory(_ digest: String) async throws -> HostInventory {
        if let inventory = inventories[digest] { return inventory }
        guard let inventory = try await content.inventories.load([digest])[digest] else {
            throw MissingSource(what: "inventory \(digest)")
        }
        if inventories.count >= Self.inventoryCapacity { inventories.removeAll(keepingCapacity: true) }
        inventories[digest] = inventory
        for update in inventory.updates {
            guard let date = inventory.candidate(update).notices.compactMap(\.releasedAt).max() else { continue }
            released[update.patch] = max(date, released[update.patch] ?? date)
        }
        return inventory
    }
}

private struct MissingSource: Error, CustomStringConvertible {
    let what: String

    var description: String {
        "\(what) is named in the log and is not stored; restore the database from a backup that has both"
    }
}
