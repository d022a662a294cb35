import AgentProtocol
import HostAgent

/// A host in memory on which effects work, fail or are cut off as a seed decides.
struct SimulatedHost {
    /// The process ended in the middle of an effect.
    struct Crash: Error {}

    var packages: [String: PackageState] = [:]
    var boot = 1
    var rebootPackages: Set<String> = []
    /// How often each package reached its ordered version.
    var completions: [String: Int] = [:]
    /// How many things the rest of the run may still do wrong.
    var faults: Int
    private var random: SplitMix64
    private let removes: Bool

    init(_ order: Order, seed: UInt64) {
        random = SplitMix64(seed: seed)
        faults = Int.random(in: 0..<12, using: &random)
        removes = random.oneIn(12)
        guard case .install(_, let patches, _, _) = order.work else { return }
        for patch in patches where !random.oneIn(6) {
            packages[patch.name] = PackageState(
                name: patch.name,
                architecture: patch.architecture,
                version: random.oneIn(6) ? patch.version : "1.0",
                isConfigured: !random.oneIn(8),
                isHeld: random.oneIn(10)
            )
        }
    }

    var bootFacts: BootFacts { BootFacts(bootID: "boot-\(boot)", kernel: "6.1") }

    var survey: HostSurvey {
        HostSurvey(
            packages: packages.values.sorted { $0.name < $1.name },
            isConsistent: packages.values.allSatisfy(\.isConfigured),
            rebootReasons: rebootPackages.sorted().map { "\($0) asks for a reboot" },
            rebootPackages: rebootPackages.sorted(),
            boot: bootFacts
        )
    }

    /// Whether the next thing goes wrong.
    mutating func stumbles() -> Bool {
        guard faults > 0, random.oneIn(3) else { return false }
        faults -= 1
        return true
    }

    mutating func perform(_ effect: HostRunEffect) throws(Crash) -> HostRunOutcome {
        switch effect {
        case .refresh: return try plain(.refreshed)
        case .survey: return try plain(.surveyed(survey))
        case .scan: return try plain(.scanned(inventory: "digest", survey))
        case .simulate(let patches): return try plain(.simulated(changes(patches)))
        case .sift(let patches):
            return try plain(.sifted(patches.map { PatchTrial(patch: $0, changes: changes([$0]), failure: nil) }))
        case .download: return try plain(.downloaded)
        case .repair:
            for name in packages.keys.sorted() {
                if stumbles() { throw Crash() }
                complete(name)
            }
            return .repaired
        case .install(let patches): return .transacted(complaint: try install(patches))
        case .inspect, .settle:
            if stumbles() { throw Crash() }
            return effect == .inspect ? .inspected(HostCondition()) : .settled(losses: [])
        case .runStep: return try plain(.stepped(StepRun(exitCode: random.oneIn(4) ? 194 : random.oneIn(6) ? 1 : 0)))
        case .reboot: return try reboot()
        }
    }

    // MARK: - Steps

    private mutating func plain(_ outcome: HostRunOutcome) throws(Crash) -> HostRunOutcome {
        guard stumbles() else { return outcome }
        if random.oneIn(2) { throw Crash() }
        return .failed(StepFailure(.network, "simulated"))
    }

    private mutating func changes(_ patches: [PatchReference]) -> [PlannedChange] {
        var changes = patches.compactMap { patch -> PlannedChange? in
            guard let package = packages[patch.name], package.version != patch.version else { return nil }
            return PlannedChange(
                .install,
                name: patch.name,
                architecture: patch.architecture,
                from: package.version,
                to: patch.version
            )
        }
        if removes { changes.append(PlannedChange(.remove, name: "other", architecture: "all", from: "1", to: nil)) }
        return changes
    }

    private mutating func install(_ patches: [PatchReference]) throws(Crash) -> StepFailure? {
        for patch in patches where packages[patch.name]?.version != patch.version {
            packages[patch.name]?.version = patch.version
            packages[patch.name]?.isConfigured = false
            if stumbles() {
                if random.oneIn(2) { throw Crash() }
                return StepFailure(.script, "simulated")
            }
        }
        for patch in patches { complete(patch.name) }
        if stumbles() { throw Crash() }
        return nil
    }

    private mutating func complete(_ name: String) {
        guard packages[name]?.isConfigured == false else { return }
        packages[name]?.isConfigured = true
        guard packages[name]?.version != "1.0" else { return }
        completions[name, default: 0] += 1
        if name.hasPrefix("kernel") { rebootPackages.insert(name) }
    }

    private mutating func reboot() throws(Crash) -> HostRunOutcome {
        if stumbles() {
            if random.oneIn(2) { throw Crash() }
            return .stillRunning(detail: "simulated")
        }
        boot += 1
        rebootPackages = []
        throw Crash()
    }
}
