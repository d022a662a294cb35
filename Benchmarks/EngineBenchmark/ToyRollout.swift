import DurableStreams
import FoundationEssentials
import Time

/// A rollout as the benchmark needs it: an outcome for each host, nothing else.
struct ToyRollout: Decider {
    static let kind = "toy"

    enum Incoming: Sendable {
        case open(hosts: Int)
        case report(Report)
        case close
        case wake
    }

    struct Report: Codable, Sendable {
        var host: Int
        var order: String
        var step: String
        var outcome: String
        var bootID: String
    }

    struct Opening: Codable, Sendable {
        var hosts: Int
    }

    struct Reported: Codable, Sendable {
        var host: Int
        var outcome: UInt8
        var at: Timestamp
    }

    enum Event: Sendable {
        case opened(Opening)
        case reported(Reported)
    }

    struct State: Codable, Equatable, Sendable {
        var outcomes: [UInt8] = []
        var reported = 0
        var deadline: Timestamp?
    }

    func initialState(of stream: StreamID) -> State { State() }

    func decode(kind: String, body: String) throws -> Incoming {
        switch kind {
        case "open": .open(hosts: try JSONDecoder().decode(Opening.self, from: Data(body.utf8)).hosts)
        case "close": .close
        default: .report(try JSONDecoder().decode(Report.self, from: Data(body.utf8)))
        }
    }

    var wake: Incoming { .wake }

    func decide(_ message: Incoming, _ state: State, _ context: DecisionContext) throws(Refusal) -> [Event] {
        switch message {
        case .open(let hosts): return [.opened(Opening(hosts: hosts))]
        case .report(let report):
            guard state.outcomes.indices.contains(report.host) else {
                throw Refusal(code: "unknown-host", detail: "there is no host \(report.host)")
            }
            guard state.outcomes[report.host] == 0 else { return [] }
            return [
                .reported(Reported(host: report.host, outcome: report.outcome == "succeeded" ? 1 : 2, at: context.now))
            ]
        case .close:
            guard state.reported == state.outcomes.count else {
                throw Refusal(
                    code: "incomplete",
                    detail: "\(state.reported) of \(state.outcomes.count) hosts have reported"
                )
            }
            return []
        case .wake: return []
        }
    }

    func evolve(_ state: inout State, _ event: Event) {
        switch event {
        case .opened(let opening): state.outcomes = [UInt8](repeating: 0, count: opening.hosts)
        case .reported(let report):
            state.outcomes[report.host] = report.outcome
            state.reported += 1
        }
    }

    func effects(of event: Event, index: Int64, state: State, context: DecisionContext) throws -> [Effect] { [] }

    func wakeAt(_ state: State) -> Timestamp? { state.deadline }

    func encode(_ event: Event) throws -> RecordedEvent {
        switch event {
        case .opened(let opening): RecordedEvent(type: "toy.opened.v1", data: try json(opening))
        case .reported(let report): RecordedEvent(type: "toy.reported.v1", data: try json(report))
        }
    }

    func decode(_ event: RecordedEvent) throws -> Event {
        let data = Data(event.data.utf8)
        return event.type == "toy.opened.v1"
            ? .opened(try JSONDecoder().decode(Opening.self, from: data))
            : .reported(try JSONDecoder().decode(Reported.self, from: data))
    }

    private func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
}
