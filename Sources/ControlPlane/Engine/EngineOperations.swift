import AgentProtocol
import DurableStreams
package import ReadModels
import Time

/// Shows people how the engines do, and takes their decisions on messages that were set aside.
package struct EngineOperations: Sendable {
    private static let worstShards = 10
    private static let setAside = 100
    private static let settlements = 20
    /// Bytes of a reason.
    private static let reasonLimit = 1_000

    private let desk: EngineDesk

    init(desk: EngineDesk) { self.desk = desk }

    /// - Throws: ``Problem`` 503 when the database does not answer.
    package func status() async throws -> EngineView {
        try await explained {
            EngineView(
                try await desk.status(),
                worst: Self.worstShards,
                setAside: try await desk.setAside(limit: Self.setAside),
                settlements: try await desk.settlements(limit: Self.settlements)
            )
        }
    }

    /// Has a message decided again.
    ///
    /// - Parameter key: the same key gets the same settlement.
    /// - Throws: ``Problem`` 404 for a message that is not set aside, 409 when it is not clear or not possible.
    package func retry(_ request: SettleMessage, key: String?) async throws -> SettlementView {
        try await settle(.retry, request, key: key)
    }

    /// Ends a message for good, so that whoever waits for it is refused.
    ///
    /// Throws as ``retry(_:key:)`` does.
    package func discard(_ request: SettleMessage, key: String?) async throws -> SettlementView {
        try await settle(.discard, request, key: key)
    }

    // MARK: - Steps

    private func settle(
        _ verb: Settlement.Verb,
        _ request: SettleMessage,
        key: String?
    ) async throws -> SettlementView {
        let person = try PersonName.check(request.by)
        try check(request.reason, of: verb)
        guard !request.message.utf8.contains(0), !(request.stream ?? "").utf8.contains(0), !(key ?? "").utf8.contains(0)
        else {
            let detail = "an id or a key contains a NUL character, which cannot be stored; remove it"
            throw Problem(status: 400, code: "invalid-text", detail: detail)
        }
        let settlement = SettlementRequest(
            id: key ?? Secret.identifier(),
            verb: verb,
            by: person,
            reason: request.reason
        )
        return try await explained {
            SettlementView(try await desk.settle(request.message, in: request.stream.map(StreamID.init), settlement))
        }
    }

    private func check(_ reason: String?, of verb: Settlement.Verb) throws(Problem) {
        if verb == .discard, reason?.isEmpty ?? true {
            let detail = "to discard a message needs a reason, for those who audit it; give one with --reason"
            throw Problem(status: 400, code: "reason-missing", detail: detail)
        }
        if let reason, reason.utf8.count > Self.reasonLimit || reason.utf8.contains(0) {
            let detail = "a reason has at most \(Self.reasonLimit) bytes and no NUL character; shorten it"
            throw Problem(status: 400, code: "invalid-text", detail: detail)
        }
    }

    private func explained<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let refusal as SettlementRefusal {
            throw Problem(refusal)
        } catch is StoreError {
            let detail = "the control plane's database does not answer now; repeat the request as it is"
            throw Problem(status: 503, code: "database-unavailable", detail: detail)
        }
    }
}

extension Problem {
    fileprivate init(_ refusal: SettlementRefusal) {
        switch refusal {
        case .unknown(let id, let stream):
            let place = stream.map { " in \($0)" } ?? ""
            let detail = "no message \(id) is set aside\(place); `ringmaster engine status` lists those that are"
            self.init(status: 404, code: "message-not-set-aside", detail: detail)
        case .ambiguous(let id, let streams):
            let names = streams.map(\.rawValue).joined(separator: ", ")
            let detail = "messages \(id) are set aside in several streams; name one of them with --stream: \(names)"
            self.init(status: 409, code: "message-ambiguous", detail: detail)
        case .settledOtherwise(let former):
            let (message, request) = (former.settled.message, former.request)
            let past = request.verb == .retry ? "retried" : "discarded"
            let detail =
                "message \(message.id) to \(message.stream) is no longer set aside: \(request.by) \(past) it at \(former.at)"
            self.init(status: 409, code: "message-settled", detail: detail)
        case .wakeUp(let key):
            let detail =
                "\(key.id) of \(key.stream) is a wake-up, which comes again by itself; discard it once its stream goes on"
            self.init(status: 409, code: "wake-up-not-retried", detail: detail)
        case .unsealed(let key):
            let detail =
                "\(key.id) of \(key.stream) has no seal of a server: somebody wrote it into the database, and it is not retried; "
                + "discard it, and let whoever sent it in earnest send it again"
            self.init(status: 409, code: "message-not-sealed", detail: detail)
        }
    }
}
