package import Domain
package import Time

/// A command of SSM's API as it stands: its cycle and what its lanes' rollouts know of their hosts.
package struct CommandState: Sendable {
    /// One host run of a node: a command that installs has two of each.
    package struct Part: Equatable, Sendable {
        package var stage: String
        package var rollout: String
        /// The target's index in the rollout.
        package var index: Int
        package var attempt: Int
        package var state: HostRunState
        /// Its lane was over its threshold, so that what was queued was not sent.
        package var isHalted: Bool

        package init(
            stage: String,
            rollout: String,
            index: Int,
            attempt: Int,
            state: HostRunState,
            isHalted: Bool = false
        ) {
            self.stage = stage
            self.rollout = rollout
            self.index = index
            self.attempt = attempt
            self.state = state
            self.isHalted = isHalted
        }

        package var order: OrderID { OrderID(rollout: rollout, index: index, attempt: attempt) }
    }

    package let id: String
    package let command: SentCommand
    package let site: String
    package let sentAt: Timestamp
    package let sentBy: String
    package let endedAt: Timestamp?
    /// By node, in the order of the stages.
    package let parts: [String: [Part]]
    /// What its hosts run, as it was when the command was sent; nil for one that patches.
    package let document: Document?
    private let step: CycleStep
    private let isAborted: Bool
    /// Nodes that were cancelled by themselves.
    private let cancelledNodes: Set<String>
    /// Its nodes had other work until its delivery timeout.
    private let isUndelivered: Bool
    private let failure: String?
    private let installs: Bool
    private let rateControl: RateControl?

    /// nil for a cycle that is no command.
    ///
    /// - Parameter rollouts: of the cycle's lanes, by name, those that are open.
    package init?(_ name: String, _ cycle: Cycle, _ rollouts: [String: Rollout]) {
        guard let id = SentCommand.id(ofCycle: name), let start = cycle.start, let command = start.command,
            let sentAt = cycle.startedAt
        else { return nil }
        var parts: [String: [Part]] = [:]
        for stage in cycle.stages {
            for lane in stage.lanes {
                guard let rollout = rollouts[lane.rollout], let spec = rollout.spec else { continue }
                for (index, node) in spec.targets.enumerated() {
                    let part = Part(
                        stage: stage.name,
                        rollout: lane.rollout,
                        index: index,
                        attempt: spec.attempt,
                        state: rollout.hostStates[index],
                        isHalted: rollout.haltErrors != nil
                    )
                    parts[node, default: []].append(part)
                }
            }
        }
        // Those that it names are told before their lanes are open, and when these never are.
        for node in cycle.lanesWait == nil ? [] : command.instanceIDs where parts[node] == nil { parts[node] = [] }
        cancelledNodes = cycle.cancelledNodes ?? []
        // The lanes that are opened behind that leave them out.
        for node in cancelledNodes where parts[node] == nil { parts[node] = [] }
        isUndelivered = cycle.step == .failed && cycle.lanesWait != nil
        self.parts = parts
        (self.id, self.command, self.sentAt, sentBy, endedAt) = (id, command, sentAt, cycle.startedBy, cycle.endedAt)
        if case .run(_, let document) = start.definition.stages.first?.work {
            self.document = document
        } else {
            document = nil
        }
        site = start.definition.stages.first?.laneRules?.targets.sites.first ?? ""
        (step, isAborted, failure) = (cycle.step, cycle.abort != nil, cycle.failure)
        (installs, rateControl) = (start.definition.installs, command.rateControl)
    }

    /// When hosts that have not begun do not begin any more (ssm-semantics §7.1).
    package var expiresAt: Timestamp { sentAt + .seconds(command.lifetimeSeconds) }

    /// Why it failed as a whole; nil when it did not.
    package var reason: String? { failure }

    // MARK: - One node

    /// - Parameter failure: the class of its last host run's failure, where it is known.
    package func status(ofNode node: String, failure: String? = nil) -> RunStatus {
        let isCancelled = cancelledNodes.contains(node)
        guard let last = parts[node]?.last else {
            if isCancelled { return RunStatus("Cancelled") }
            if isUndelivered { return .deliveryTimedOut }
            return RunStatus(isAborted && step.isTerminal ? "Cancelled" : "Pending")
        }
        if isAborted || isCancelled, !step.isTerminal, last.state.isInFlight { return RunStatus("Cancelling") }
        guard installs, last.stage == SentCommand.StageName.scan, last.state == .succeeded else {
            return RunStatus(of: last.state, failure: failure, isHalted: last.isHalted)
        }
        // It is scanned, and has no part in the install, or not yet.
        if isCancelled { return RunStatus("Cancelled") }
        guard step.isTerminal else { return isAborted ? RunStatus("Cancelled") : RunStatus("InProgress") }
        if isAborted { return RunStatus("Cancelled") }
        if isUndelivered { return .deliveryTimedOut }
        let isHalted = parts.values.contains { $0.contains(where: \.isHalted) }
        return isHalted ? RunStatus("Cancelled", "Terminated") : RunStatus("Failed")
    }

    // MARK: - The command

    /// How many nodes have come to which end.
    package struct Counts: Equatable, Sendable {
        package var targets = 0
        package var completed = 0
        package var errors = 0
        package var deliveryTimedOut = 0
        package var succeeded = 0
        package var cancelled = 0
    }

    package var counts: Counts {
        var counts = Counts(targets: parts.count)
        for node in parts.keys {
            let status = status(ofNode: node)
            counts.completed += status.isEnd ? 1 : 0
            counts.errors += status.isError ? 1 : 0
            counts.deliveryTimedOut += status.details == "DeliveryTimedOut" ? 1 : 0
            counts.succeeded += status.status == "Success" ? 1 : 0
            counts.cancelled += status.status == "Cancelled" ? 1 : 0
        }
        return counts
    }

    /// Of all nodes together (ssm-semantics §7.3).
    package func status(_ counts: Counts) -> RunStatus {
        if isAborted { return RunStatus(step.isTerminal ? "Cancelled" : "Cancelling") }
        guard step.isTerminal else {
            let hasBegun = parts.values.contains { $0.contains { $0.state.isRunning || $0.state.isTerminal } }
            return RunStatus(hasBegun ? "InProgress" : "Pending")
        }
        if step == .failed { return isUndelivered ? .deliveryTimedOut : RunStatus("Failed") }
        if counts.targets == 0 { return RunStatus("Failed", "NoInstancesInTag") }
        if rateControl?.halts(errors: counts.errors, targets: counts.targets) == true { return RunStatus("Failed") }
        if counts.errors > 0 { return RunStatus("Failed", "Incomplete") }
        if counts.succeeded > 0 { return RunStatus("Success") }
        return counts.cancelled == counts.targets ? RunStatus("Cancelled") : .deliveryTimedOut
    }

    /// Whether no node of it would be left that is not cancelled.
    package func isAll(_ nodes: [String]) -> Bool { cancelledNodes.union(nodes).isSuperset(of: parts.keys) }
}

extension RunStatus {
    /// Whether nothing more comes of it.
    package var isEnd: Bool { !["Pending", "InProgress", "Cancelling"].contains(status) }

    fileprivate static let deliveryTimedOut = RunStatus("TimedOut", "DeliveryTimedOut")

    /// Whether it uses up the error budget.
    fileprivate var isError: Bool { details == "Failed" || details == "ExecutionTimedOut" }
}
