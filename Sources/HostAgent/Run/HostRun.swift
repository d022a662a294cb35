package import AgentProtocol
package import Time

/// One order's way through a host, as a pure machine: the fold of its journal, and what to do next.
///
/// It does nothing itself. A driver asks ``nextStep(now:boot:)``, records or carries it out, and feeds the event back. A
/// process that finds an unfinished run in its journal folds it, records ``HostRunEvent/resumed`` and goes on.
package struct HostRun: Equatable, Sendable {
    /// How often one package transaction may begin, counting those that were interrupted.
    package static let maximumAttempts = 3
    /// How many package transactions there may be in all: more than it takes to find some broken patches among thousands.
    package static let maximumTransactions = 64
    /// Of how many failed patches the output is told: a report stays small.
    static let maximumOutputs = 50
    /// How often the reboot command may be run.
    package static let maximumReboots = 6
    /// How often a run may be taken up again before it counts as going in circles.
    package static let maximumResumptions = 20

    /// Where the run stands; named after the last thing that happened.
    enum Phase: Equatable, Sendable {
        case received
        case accepted
        case refreshed
        case surveyed(HostSurvey)
        case repairing
        case simulated(HostSurvey, changes: [PlannedChange])
        /// All patches together do not go.
        case unsimulated(HostSurvey)
        case downloaded([PatchReference])
        case installing([PatchReference])
        /// To be judged by a scan: after the transaction, or after a failure behind its beginning.
        case transacted
        case scanned(inventory: String, HostSurvey)
        case rebooting
        /// The reboot command ran, or may have; the host is still in the same boot as far as is known.
        case rebootInDoubt(detail: String)
        case verifying(BootFacts)
        case verified(inventory: String, HostSurvey)
        /// A failure that needs no judging, or cannot be judged.
        case failed
        case ended(HostRunFact)
    }

    package let order: Order
    /// Reports in their order, numbered from 1; those already acknowledged too.
    package internal(set) var reports: [Report] = []
    var phase = Phase.received
    /// The time of the last event: a clock that is set back does not open a window again.
    var clock: Timestamp
    /// The survey before anything was changed: what the result compares with.
    var before: HostSurvey?
    /// The last survey, unless something may have changed since.
    var current: HostSurvey?
    /// Ordered patches that would spoil the transaction for the others, and why.
    var leftOut: [LeftOut] = []
    /// The patches were tried one by one.
    var hasSifted = false
    /// The new packages that the transaction brings by its simulation.
    var newcomers: [PatchReference] = []
    /// The last scan before the reboot: why there was one.
    var scanBeforeReboot: HostSurvey?
    var inventoryBeforeReboot: String?
    /// The boot in which the reboot command was run.
    var rebootFrom: BootFacts?
    /// The boot after it.
    var rebootTo: BootFacts?
    /// What the host offered before the reboot; nil until it was looked at.
    var condition: HostCondition?
    /// What the host offers no more after it; nil until it was looked at.
    var losses: [String]?
    /// The reboot slot that it holds.
    var slot: HeldSlot?
    /// The first failure; later ones are consequences.
    var failure: StepFailure?
    /// The last failure: why what was not tried was not.
    var lastFailure: StepFailure?
    var transactions = 0
    /// What the last package transaction was to install.
    var attempt: [PatchReference] = []
    /// How often it began.
    var attempts = 0
    /// What it complained of, until the packages were surveyed.
    var complaint: StepFailure?
    /// What is left of a transaction that failed, in parts that are tried one by one, the last one first; nil as long as all go
    /// together.
    var parts: [[PatchReference]]?
    var hasRepaired = false
    /// Its package manager may outlive an agent.
    var hasBegunRepair = false
    /// Reboot commands of the install.
    var reboots = 0
    /// Reboot commands that steps asked for.
    var restarts = 0
    var resumptions = 0
    /// The control plane does not want it any more.
    package internal(set) var isWithdrawn = false
    var documents = DocumentProgress()

    /// A patch that is not installed with the others.
    struct LeftOut: Equatable, Sendable {
        var patch: PatchReference
        var reason: StepFailure
    }

    /// A grant of the control plane's.
    struct HeldSlot: Equatable, Sendable {
        var fence: Int64
        /// By the host's clock.
        var until: Timestamp
    }

    /// - Parameter moment: the host's clock when it took the order.
    package init(_ order: Order, takenAt moment: Timestamp) {
        self.order = order
        clock = moment
    }

    /// Of the reboot commands that a run may give, one is left.
    var mayRebootAgain: Bool { reboots + restarts < Self.maximumReboots }

    /// Whether a package transaction is under way.
    package var isChangingPackages: Bool {
        if case .installing = phase { true } else { false }
    }

    /// The terminal fact, once there is one.
    package var outcome: HostRunFact? {
        if case .ended(let fact) = phase { fact } else { nil }
    }
}
