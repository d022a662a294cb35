import DurableStreams
import FoundationEssentials
import Time

/// A toy stream: an account with reminders, transfers, orders and work, and messages that go wrong on purpose.
struct Account: Decider {
    static let kind = "account"
    static let repeatableKinds: Set<String> = ["repeatable"]

    enum Incoming: Codable, Equatable, Sendable {
        case deposit(Int)
        case withdraw(Int)
        case transfer(Int, to: String)
        case remind(at: Timestamp)
        case cancelReminder
        case order(node: String)
        case retract(order: String, node: String)
        case work(kind: String)
        case taskFailed(String)
        /// Leads to an event that cannot be stored.
        case writeBadEvent
        /// Leads to an event that is folded and then asks for the impossible.
        case askTheImpossible
        /// Ends the process that decides it.
        case trap
        case wake
    }

    enum Event: Codable, Equatable, Sendable {
        case deposited(Int)
        case withdrawn(Int)
        case sent(Int, to: String)
        case reminderSet(at: Timestamp?)
        case reminded
        case ordered(node: String)
        case retracted(order: String, node: String)
        case workAsked(kind: String)
        case workFailed(String)
        case bad
        case impossible
    }

    struct State: Codable, Equatable, Sendable {
        var balance = 0
        var deposits = 0
        var reminderAt: Timestamp?
        var reminders = 0
        var failures: [String] = []
    }

    /// A reading of events that makes older snapshots useless.
    var sleepsThroughReminders = false

    func initialState(of stream: StreamID) -> State { State() }

    func decode(kind: String, body: String) throws -> Incoming {
        guard kind != TaskRunner.failureKind else { return .taskFailed(body) }
        return try JSONDecoder().decode(Incoming.self, from: Data(body.utf8))
    }

    var wake: Incoming { .wake }

    func decide(_ message: Incoming, _ state: State, _ context: DecisionContext) throws(Refusal) -> [Event] {
        switch message {
        case .deposit(let amount): return amount == 0 ? [] : [.deposited(amount)]
        case .withdraw(let amount):
            try checkBalance(state, amount)
            return [.withdrawn(amount)]
        case .transfer(let amount, let receiver):
            try checkBalance(state, amount)
            return [.sent(amount, to: receiver)]
        case .remind(let at): return [.reminderSet(at: at)]
        case .cancelReminder: return [.reminderSet(at: nil)]
        case .order(let node): return [.ordered(node: node)]
        case .retract(let order, let node): return [.retracted(order: order, node: node)]
        case .work(let kind): return [.workAsked(kind: kind)]
        case .taskFailed(let error): return [.workFailed(error)]
        case .writeBadEvent: return [.bad]
        case .askTheImpossible: return [.impossible]
        case .trap: preconditionFailure("a defect of the decider")
        case .wake: return sleepsThroughReminders ? [] : [.reminded]
        }
    }

    func evolve(_ state: inout State, _ event: Event) {
        switch event {
        case .deposited(let amount):
            state.balance += amount
            state.deposits += 1
        case .withdrawn(let amount), .sent(let amount, _): state.balance -= amount
        case .reminderSet(let at): state.reminderAt = at
        case .reminded:
            state.reminderAt = nil
            state.reminders += 1
        case .workFailed(let error): state.failures.append(error)
        case .impossible: state.balance = -1_000_000
        case .ordered, .retracted, .workAsked, .bad: break
        }
    }

    func effects(of event: Event, index: Int64, state: State, context: DecisionContext) throws -> [Effect] {
        let id = "\(context.stream)/\(index)"
        switch event {
        case .sent(let amount, let receiver):
            let body = try Self.json(Incoming.deposit(amount))
            return [.message(id: id, to: StreamID(receiver), kind: "deposit", body: body)]
        case .ordered(let node): return [.order(id: id, node: node, body: "{}")]
        case .retracted(let order, let node): return [.retractOrder(id: order, node: node)]
        case .workAsked(let kind): return [.task(id: id, kind: kind, body: "{}", notBefore: context.now)]
        case .impossible: throw Impossible()
        default: return []
        }
    }

    func wakeAt(_ state: State) -> Timestamp? { state.reminderAt }

    func encode(_ event: Event) throws -> RecordedEvent {
        RecordedEvent(type: "account.event.v1", data: event == .bad ? "not JSON" : try Self.json(event))
    }

    func decode(_ event: RecordedEvent) throws -> Event {
        try JSONDecoder().decode(Event.self, from: Data(event.data.utf8))
    }

    // MARK: - Steps

    private func checkBalance(_ state: State, _ amount: Int) throws(Refusal) {
        guard amount <= state.balance else {
            throw Refusal(code: "balance-too-low", detail: "the account has \(state.balance), not \(amount)")
        }
    }

    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

struct Impossible: Error {}

/// The account of that name.
func account(_ name: String) -> StreamID { StreamID(kind: Account.kind, name: name) }

/// A message to an account; its time is as good as any.
func message(
    _ id: String,
    to stream: StreamID,
    _ content: Account.Incoming,
    actor: String = "alice",
    at microseconds: Int64 = 1_000_000
) throws -> Message {
    Message(
        id: id,
        stream: stream,
        kind: "any",
        body: try Account.json(content),
        actor: actor,
        receivedAt: Timestamp(microseconds: microseconds)
    )
}
