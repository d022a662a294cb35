import ControlPlane
import Crypto
import Domain
import DurableStreams
import FoundationEssentials
import Time

/// What a world starts from: fleet, workflow, repository and sizes, all drawn from the seed.
final class Scenario {
    /// A host as it is planned.
    struct HostPlan {
        var node: String
        var site: String
        var group: String
        var isClockWrong: Bool
    }

    /// Moments shortly before clocks change somewhere, and one at which none does.
    private static let starts = [
        "2026-03-05T00:00:00Z", "2026-03-26T00:00:00Z", "2026-04-02T00:00:00Z", "2026-07-06T00:00:00Z",
        "2026-10-22T00:00:00Z", "2026-10-29T00:00:00Z",
    ]
    static let zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]

    let start: Timestamp
    let engines: Int
    let cycles: Int
    let hosts: [HostPlan]
    let definition: WorkflowDefinition
    let types: [StreamType]
    let orderKey: OrderSigningKey
    let limits: OwnerLimits
    let lease: Duration
    let repository: Repository
    /// A schedule starts the cycle, not a person.
    let isScheduled: Bool
    /// The API and an engine share their process, so that messages need not go through inboxes.
    let isDirect: Bool
    /// All hosts' group of reboot slots; nil in most worlds.
    let rebootSlots: RebootSlotGroup?

    init(_ plan: RunPlan) {
        var random = RandomSource(seed: plan.seed, stream: 2)
        let moment = Timestamp(iso8601: random.one(of: Self.starts)) ?? Timestamp(microseconds: 0)
        start = moment + random.seconds(0...86_400)
        engines = random.int(1...3)
        cycles = random.chance(0.2) ? 2 : 1
        isScheduled = random.chance(0.25)
        definition = WorkflowDefinition.drawn(&random).withChecks(drawnFrom: plan)
        let faults = FaultSource(seed: plan.seed, without: plan.without)
        let drawn = random.chance(0.1) ? random.int(15...40) : random.int(1...12)
        hosts = Self.fleet(plan.hosts ?? drawn, definition, faults, &random)
        repository = Repository(start, &random)
        lease = random.seconds(300...1_800)
        limits = Self.limits(&random)
        orderKey = Self.orderKey(&random)
        isDirect = random.chance(0.6)
        rebootSlots = Self.rebootSlots(plan)
        types = MutantTypes.all(orderKey: orderKey, defect: plan.defect)
    }

    /// How long after the faults' end everything may take to end: each stage waits for a window of the next day, runs, soaks
    /// and waits for people.
    var livenessBound: Duration { .seconds(86_400 * 3 * (definition.stages.count + 1) * cycles) }

    // MARK: - Steps

    private static func fleet(
        _ count: Int,
        _ definition: WorkflowDefinition,
        _ faults: FaultSource,
        _ random: inout RandomSource
    ) -> [HostPlan] {
        let groups = definition.baselines[0].patchGroups
        return (1...max(1, count)).map { number in
            HostPlan(
                node: "mi-\(number)",
                site: random.one(of: definition.sites).name,
                group: number <= groups.count ? groups[number - 1] : random.one(of: groups),
                isClockWrong: faults.isPossible(.clockWrong) && random.chance(0.3)
            )
        }
    }

    /// Small, so that a small world forgets streams, writes snapshots and cuts flushes as a large one does.
    private static func limits(_ random: inout RandomSource) -> OwnerLimits {
        var limits = OwnerLimits()
        limits.flushRows = random.one(of: [4, 20, 300, 3_000])
        limits.queuedMessages = random.one(of: [10, 100, 20_000])
        limits.turnMessages = random.one(of: [1, 5, 500])
        limits.openStreams = random.one(of: [1, 3, 10_000])
        limits.snapshotBytes = random.one(of: [200, 4_000, 256 << 10])
        limits.snapshotRatio = limits.snapshotBytes < 1_000 ? 2 : 8
        return limits
    }

    /// From a source of their own: worlds without them are as they were before there were any.
    private static func rebootSlots(_ plan: RunPlan) -> RebootSlotGroup? {
        var random = RandomSource(seed: plan.seed, stream: 6)
        guard random.chance(0.25) else { return nil }
        return RebootSlotGroup(
            name: "all",
            slots: random.int(1...2),
            leaseSeconds: random.int(300...3_600),
            releaseWhen: random.one(of: RebootSlotGroup.ReleaseRule.allCases)
        )
    }

    private static func orderKey(_ random: inout RandomSource) -> OrderSigningKey {
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        do {
            return try OrderSigningKey(base64: Data(bytes).base64EncodedString(), file: "the seed")
        } catch {
            preconditionFailure("32 bytes are a key: \(error)")
        }
    }
}
