import Domain
package import DurableStreams
package import Logging
import PatchStreams
package import ReadModels
package import Time

/// Looks at nodes and cycles, and tells their outboxes how they stand: what it does not tell now, it tells the next time.
///
/// What it remembers only spares messages: outboxes themselves know what is news. Any number of processes may look.
package struct DeliveryWatch: Sendable {
    /// How often the log is looked at; nothing else is while nothing new is in it.
    private static let interval = Duration.seconds(5)
    /// How often findings are judged: deadlines pass without anything in the log.
    private static let findingsInterval = Duration.seconds(600)
    /// Cycles that ended longer ago are told to nobody any more.
    private static let remembered = Duration.seconds(7 * 86_400)
    /// Nodes read at a time: they bound the memory.
    private static let nodesAtOnce = 1_000
    /// The most cycles that are looked at; those that ended first are left out.
    private static let mostCycles = 1_000

    /// What an outbox has, as far as this process knows.
    private struct Known {
        var standing: Standing?
        var recipients: [Recipient]

        init(standing: Standing?, recipients: [Recipient]) {
            (self.standing, self.recipients) = (standing, recipients)
        }

        init(_ outbox: Outbox?) {
            self.init(standing: outbox?.standing, recipients: outbox?.recipients ?? [])
        }
    }

    private let reader: StreamReader
    private let questions: FleetQuestions
    private let sender: MessageSender
    private let sla: SLAService
    private let logger: Logger
    private let now: @Sendable () -> Timestamp

    /// Whether there were destinations: outboxes are told when there are none any more.
    private var isNeeded = false
    /// Without those that cannot be read.
    private var known: [StreamID: Known] = [:]
    /// The outboxes of the cycles of the last look.
    private var cycleStreams: Set<StreamID> = []
    /// Those that people were told of.
    private var unreadable: Set<StreamID> = []
    /// nil before findings could be judged: what outboxes have then stands.
    private var overdue: [String: OverdueFindings]?
    private var judgedAt: Timestamp?
    private var seen: LogCursor?

    package init(
        reader: StreamReader,
        questions: FleetQuestions,
        workflows: WorkflowLibrary,
        sender: MessageSender,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.reader = reader
        self.questions = questions
        self.sender = sender
        self.logger = logger
        self.now = now
        sla = SLAService(reader: reader, workflows: workflows, questions: questions, now: now)
    }

    /// Looks until the task is cancelled.
    package func run() async {
        var watch = self
        while !Task.isCancelled {
            let begun = ContinuousClock.now
            do {
                try await watch.look()
            } catch is CancellationError {
                return
            } catch {
                logger.error("others are not told what happens; trying again", metadata: ["error": "\(error)"])
            }
            // A look at a large fleet is work: it takes a tenth of the time at most.
            let pause = max(Self.interval, (ContinuousClock.now - begun) * 10)
            do { try await Task.sleep(for: pause) } catch { return }
        }
    }

    /// Tells the outboxes what is news since the last look; returns when they have it.
    package mutating func look() async throws {
        let destinations = try await reader.policy().policy?.destinations ?? []
        isNeeded = isNeeded || !destinations.isEmpty
        guard isNeeded else { return }
        let end = try await reader.end()
        let isDue = judgedAt.map { now() >= $0 + Self.findingsInterval } ?? true
        guard isDue || end != seen else { return }
        // Until all is told: what fails is looked at again though the log stands still.
        seen = nil
        if isDue { await judgeFindings() }
        var failures: [any Error] = []
        do {
            try await lookAtNodes(destinations.compactMap { $0.recipient(of: .nodes) }.sortedByName)
        } catch {
            failures.append(error)
        }
        do {
            try await lookAtCycles(destinations.compactMap { $0.recipient(of: .cycles) }.sortedByName)
        } catch {
            failures.append(error)
        }
        // Where both fail, they mostly do for the same reason.
        if let failure = failures.first { throw failure }
        seen = end
    }

    // MARK: - Steps

    /// Where they cannot be judged, what was known stands.
    ///
    /// What outboxes have is read anew then: other processes tell them, too.
    private mutating func judgeFindings() async {
        known = [:]
        do {
            overdue = try await sla.overdue()
        } catch {
            logger.warning("overdue findings are not known; trying again later", metadata: ["error": "\(error)"])
        }
        judgedAt = now()
    }

    private mutating func lookAtNodes(_ recipients: [Recipient]) async throws {
        var last: String?
        while true {
            let page = try await questions.nodes(after: last, limit: Self.nodesAtOnce)
            try await recall(page.map { Outbox.stream(ofNode: $0.id) })
            let changed = page.filter { node in
                wants(.node(standing(of: node)), of: Outbox.stream(ofNode: node.id), recipients)
            }
            var standings: [(StreamID, Standing)] = []
            for node in try await questions.nodesWithMissing(in: changed.map(\.id)) {
                standings.append((Outbox.stream(ofNode: node.id), .node(standing(of: node))))
            }
            try await tell(standings, recipients)
            guard page.count == Self.nodesAtOnce else { return }
            last = page.last?.id
        }
    }

    /// - Parameter node: without the list of what it lacks, the worst level is taken for as it was.
    private func standing(of node: NodeView) -> NodeStanding {
        var standing = NodeStanding(node)
        let former: NodeStanding? =
            if case .node(let former) = known[Outbox.stream(ofNode: node.id)]?.standing { former } else { nil }
        standing.overdue = overdue.map { $0[node.id] ?? OverdueFindings() } ?? former?.overdue ?? OverdueFindings()
        if node.missing == nil { standing.worstLevel = former?.worstLevel }
        return standing
    }

    private mutating func lookAtCycles(_ recipients: [Recipient]) async throws {
        let names = try await questions.cycles(openOrEndedAfter: now() - Self.remembered, limit: Self.mostCycles)
        let streams = names.map { Outbox.stream(ofCycle: $0) }
        for stream in cycleStreams.subtracting(streams) { known[stream] = nil }
        cycleStreams = Set(streams)
        try await recall(streams)
        var standings: [(StreamID, Standing)] = []
        for (name, stream) in zip(names, streams) {
            guard let known = known[stream] else { continue }
            if case .cycle(let former) = known.standing, former.endedAt != nil, known.recipients == recipients {
                continue
            }
            guard let cycle = try await folded(Cycle.self, Cycle.stream(name)) ?? nil,
                let standing = CycleStanding(cycle)
            else { continue }
            standings.append((stream, .cycle(standing)))
        }
        try await tell(standings, recipients)
    }

    /// Reads outboxes that this process does not know yet.
    private mutating func recall(_ streams: [StreamID]) async throws {
        let unknown = streams.filter { known[$0] == nil }
        if let outboxes = try? await reader.folds(DomainDecider<Outbox>.withoutEffects, unknown) {
            for (stream, outbox) in zip(unknown, outboxes) { known[stream] = Known(outbox) }
            return
        }
        // What is the matter shows one by one.
        for stream in unknown {
            guard let outbox = try await folded(Outbox.self, stream) else { continue }
            known[stream] = Known(outbox)
        }
    }

    /// The stream's state, itself nil when there is none.
    ///
    /// - Returns: nil for a stream that cannot be read, which people are told of once: it must not keep others from being told of the rest.
    private mutating func folded<State: StreamBound>(_: State.Type, _ stream: StreamID) async throws -> State?? {
        do {
            let state = try await reader.fold(DomainDecider<State>.withoutEffects, stream)?.state
            unreadable.remove(stream)
            return .some(state)
        } catch let error as CancellationError {
            throw error
        } catch let error as StoreError where error.code != .unsealed {
            // It is not the stream's fault.
            throw error
        } catch {
            guard unreadable.insert(stream).inserted else { return nil }
            let metadata: Logger.Metadata = ["stream": "\(stream)", "error": "\(error)"]
            logger.error("nobody is told what is in a stream that cannot be read", metadata: metadata)
            return nil
        }
    }

    private func wants(_ standing: Standing, of stream: StreamID, _ recipients: [Recipient]) -> Bool {
        guard let known = known[stream] else { return false }
        guard let former = known.standing else { return !recipients.isEmpty && standing.isNews(after: nil) }
        return recipients != known.recipients || standing.isNews(after: former)
    }

    private mutating func tell(_ standings: [(StreamID, Standing)], _ recipients: [Recipient]) async throws {
        let news = standings.filter { wants($0.1, of: $0.0, recipients) }
        let messages = try news.map { stream, standing in
            let message = OutboxMessage.observe(standing, recipients: recipients)
            return Message(
                id: "\(message.kind)/\(Secret.identifier())",
                stream: stream,
                kind: message.kind,
                body: try DomainJSON.encode(message),
                actor: "worker/deliveries",
                receivedAt: now()
            )
        }
        let told = news.map { stream, standing in
            (stream, Known(standing: standing.settled(after: known[stream]?.standing), recipients: recipients))
        }
        // What is sent in vain may have been stored all the same: the outbox is read again then.
        for (stream, _) in told { known[stream] = nil }
        try await sender.send(messages)
        for (stream, known) in told { self.known[stream] = known }
    }
}

extension [Recipient] {
    /// As outboxes have them.
    fileprivate var sortedByName: Self { sorted { $0.destination < $1.destination } }
}

extension NodeStanding {
    /// Without its overdue findings.
    fileprivate init(_ node: NodeView) {
        self.init(
            name: node.name,
            site: node.site,
            patchGroup: node.patchGroup,
            compliance: NodeCompliance.State(rawValue: node.compliance) ?? .unknown
        )
        baseline = node.baseline
        missingCount = node.missingCount
        criticalCount = node.criticalMissing
        worstLevel = node.missing?.compactMap { ComplianceLevel(rawValue: $0.level) }.max()
        isPendingReboot = !node.rebootReasons.isEmpty
        scannedAt = node.lastScanAt
        isGone = node.isRevoked
    }
}
