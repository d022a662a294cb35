/// What goes wrong in a world.
///
/// The raw value is its name on the command line.
package enum Fault: String, CaseIterable, Codable, Sendable {
    case engineCrash = "engine-crash"
    /// Beyond its lease, and then it goes on.
    case enginePause = "engine-pause"
    /// It ends as a deployment would end it: its shards are given up at once.
    case engineDrain = "engine-drain"
    case storeFails = "store-fails"
    /// The caller does not learn whether it was done.
    case outcomeUnknown = "outcome-unknown"
    /// It is done after the caller was told that its outcome is unknown.
    case appliedLate = "applied-late"
    case storeSlow = "store-slow"
    case hintLost = "hint-lost"
    case networkDelays = "network-delays"
    case networkDrops = "network-drops"
    case networkDuplicates = "network-duplicates"
    /// An order is changed on its way.
    case tampering
    case workerCrash = "worker-crash"
    case workerPause = "worker-pause"
    case taskFails = "task-fails"
    /// Wrong digests, machines' approvals, second approvals, repetitions.
    case operatorErrs = "operator-errs"
    case operatorPauses = "operator-pauses"
    case operatorAborts = "operator-aborts"
    /// A freeze is declared while lanes are open.
    case freezeDeclared = "freeze-declared"
    /// A message whose decision ends the engine's process.
    case trap
    case agentKill = "agent-kill"
    case powerCut = "power-cut"
    case rebootUnasked = "reboot-unasked"
    /// The reboot command runs and the host stays up.
    case rebootFails = "reboot-fails"
    case oldKernel = "old-kernel"
    case slowBoot = "slow-boot"
    /// A host is gone for days.
    case hostVanishes = "host-vanishes"
    case diskFull = "disk-full"
    case clockWrong = "clock-wrong"
    case packageFails = "package-fails"
    /// A second machine starts from a copy of a host's disk.
    case diskCloned = "disk-cloned"
    /// The database is brought back to an earlier moment, while engines, workers and agents live on.
    case restore

    /// The faults to leave out when some are, or when some are all that is wanted.
    package static func excluded(without: [Self], only: [Self]) -> Set<Self> {
        Set(without).union(only.isEmpty ? [] : allCases.filter { !only.contains($0) })
    }

    /// How often it strikes where it can, in a world that has it at its plain rate.
    var rate: Double {
        switch self {
        case .engineCrash, .enginePause: 0.002
        case .engineDrain: 0.0005
        case .storeFails, .outcomeUnknown: 0.01
        case .appliedLate, .storeSlow: 0.005
        case .hintLost: 0.05
        case .networkDelays, .networkDrops, .networkDuplicates: 0.04
        case .tampering: 0.01
        case .workerCrash, .workerPause: 0.05
        case .taskFails: 0.2
        case .operatorErrs: 0.3
        case .operatorPauses: 0.05
        case .freezeDeclared: 0.02
        case .trap: 0.01
        case .operatorAborts: 0.008
        case .agentKill: 0.02
        case .powerCut, .rebootUnasked: 0.01
        case .rebootFails, .oldKernel, .slowBoot: 0.15
        case .hostVanishes: 0.002
        case .diskFull: 0.01
        case .clockWrong: 0.3
        case .packageFails: 0.03
        case .restore: 0.2
        case .diskCloned: 0.05
        }
    }
}
