import AgentProtocol
import Domain
import DurableStreams
import PatchStreams
import Synchronization
import Time

/// Judges hosts by what they proved; equal hosts under one baseline once.
struct ComplianceJudge {
    private let reader: StreamReader
    private let content: ContentStore
    private var definitions: [String: WorkflowDefinition] = [:]
    private var inventories: [String: HostInventory] = [:]
    private var verdicts: [VerdictKey: Proof.Verdict] = [:]
    /// What is kept at a time: it bounds the memory.
    private static let inventoryCapacity = 200
    private static let definitionCapacity = 100
    private static let verdictCapacity = 20_000

    private struct VerdictKey: Hashable {
        let cycle: String
        let patchGroup: String
        let inventory: String
    }

    init(reader: StreamReader, content: ContentStore) {
        self.reader = reader
        self.content = content
    }

    /// What the end of a host run proves: with an inventory its compliance, without one nothing.
    mutating func proof(of ending: RunEnding) async throws -> Proof {
        guard let inventory = ending.inventory else { return Proof(ending, .unscanned) }
        let key = VerdictKey(cycle: ending.cycle, patchGroup: ending.patchGroup, inventory: inventory)
        if let known = verdicts[key] { return Proof(ending, known) }
        let baseline = try await definition(of: key.cycle).baseline(ofPatchGroup: key.patchGroup)
        let verdict = Proof.Verdict(try await self.inventory(inventory), by: baseline, at: ending.at)
        if verdicts.count >= Self.verdictCapacity { verdicts.removeAll() }
        verdicts[key] = verdict
        return Proof(ending, verdict)
    }

    // MARK: - Steps

    private mutating func definition(of cycle: String) async throws -> WorkflowDefinition {
        if let definition = definitions[cycle] { return definition }
        let folded = try await reader.fold(DomainDecider<Cycle>.withoutEffects, Cycle.stream(cycle))
        guard let definition = folded?.state.start?.definition else { throw MissingSource(what: "cycle \(cycle)") }
        if definitions.count >= Self.definitionCapacity { definitions.removeAll() }
        definitions[cycle] = definition
        return definition
    }

    private mutating func inventory(_ digest: String) async throws -> HostInventory {
        if let inventory = inventories[digest] { return inventory }
        guard let text = try await content.load([digest])[digest] else {
            throw MissingSource(what: "inventory \(digest)")
        }
        let inventory = HostInventory(try DomainJSON.decode(Inventory.self, from: text))
        if inventories.count >= Self.inventoryCapacity { inventories.removeAll(keepingCapacity: true) }
        inventories[digest] = inventory
        return inventory
    }
}

/// Keeps a judge from one step of the projection to the next: what it has read never changes.
final class JudgeKeeper: Sendable {
    private let judge: Mutex<ComplianceJudge>

    init(_ judge: ComplianceJudge) { self.judge = Mutex(judge) }

    /// A judge that knows what the last one that was kept knew.
    func borrow() -> ComplianceJudge { judge.withLock { $0 } }

    func keep(_ judge: ComplianceJudge) { self.judge.withLock { $0 = judge } }
}

private struct MissingSource: Error, CustomStringConvertible {
    let what: String

    var description: String {
        "\(what) is named in the log and is not stored; restore the database from a backup that has both"
    }
}
