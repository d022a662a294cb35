package import AgentProtocol
import FoundationEssentials
import NIOCore
import NIOHTTP1
package import Time

/// The control plane over HTTPS: every request signed.
package struct HTTPControlPlane: ControlPlaneLink {
    /// Largest answer that is read, in bytes: an order with thousands of patches is far below.
    private static let maximumAnswer = 4 << 20
    /// How long an answer may take beyond the wait that was asked for.
    private static let answerTime = Duration.seconds(30)

    private let connections: HTTPConnections
    private let server: String
    private let node: String
    private let signer: any RequestSigner
    /// Which boot of which machine this is: see ``RequestSignature/bootParameter``.
    private let boot: String?
    private let watch: ClockWatch?
    private let onContact: @Sendable () -> Void
    private let now: @Sendable () -> Timestamp

    /// Runs the body with a link that is closed afterwards.
    ///
    /// - Parameters:
    ///   - watch: hears the time of each answer.
    ///   - onContact: called when the control plane has taken a request.
    package static func with<Result: Sendable>(
        _ configuration: AgentConfiguration,
        signer: any RequestSigner,
        boot: String? = nil,
        watch: ClockWatch? = nil,
        onContact: @escaping @Sendable () -> Void = {},
        now: @escaping @Sendable () -> Timestamp,
        _ body: (HTTPControlPlane) async throws -> Result
    ) async throws -> Result {
        try await HTTPConnections.with(base: configuration.server, caFile: configuration.caFile) { connections in
            try await body(
                HTTPControlPlane(
                    connections: connections,
                    server: base(of: configuration.server),
                    node: configuration.node,
                    signer: signer,
                    boot: boot,
                    watch: watch,
                    onContact: onContact,
                    now: now
                )
            )
        }
    }

    /// Enrols the host.
    package static func enrol(
        _ request: EnrolmentRequest,
        server: String,
        caFile: String?
    ) async throws -> EnrolmentResponse {
        let body = Array(try JSONEncoder().encode(request))
        let answer = try await HTTPConnections.with(base: server, caFile: caFile) { connections in
            var call = HTTPCall(method: .POST, target: "/agent/v1/enrol", body: body)
            call.headers.add(name: "Content-Type", value: "application/json")
            return try await execute(call, to: base(of: server), connections, within: answerTime)
        }
        guard (200..<300).contains(answer.status) else {
            throw AgentFailure("\(server) does not enrol this host (\(answer.status)): \(answer.detail)")
        }
        do {
            return try JSONDecoder().decode(EnrolmentResponse.self, from: answer.body)
        } catch {
            throw LinkFailure.unreadable("\(error)")
        }
    }

    // MARK: - ControlPlaneLink

    package func nextOrder(wait: Duration) async throws(LinkFailure) -> OrderEnvelope? {
        let boot = boot.map { "&\(RequestSignature.bootParameter)=\($0)" } ?? ""
        let target = "/agent/v1/orders?wait=\(wait.components.seconds)\(boot)"
        let answer = try await call(.GET, target, [], within: wait + Self.answerTime)
        guard answer.status != 204 else { return nil }
        do {
            return try JSONDecoder().decode(OrderEnvelope.self, from: answer.body)
        } catch {
            throw .unreadable("\(error)")
        }
    }

    package func standing(of order: String) async throws(LinkFailure) -> OrderStanding {
        try await get(OrderStanding.target(order: order))
    }

    package func orderKeys() async throws(LinkFailure) -> OrderKeyHistory { try await get("/agent/v1/order-keys") }

    private func get<Answer: Decodable>(_ target: String) async throws(LinkFailure) -> Answer {
        let answer = try await call(.GET, target, [], within: Self.answerTime)
        do {
            return try JSONDecoder().decode(Answer.self, from: answer.body)
        } catch {
            throw .unreadable("\(error)")
        }
    }

    package func send(_ reports: [Report]) async throws(LinkFailure) { try await send(ReportBatch(reports: reports)) }

    package func send(boots: [BootReport]) async throws(LinkFailure) {
        try await send(ReportBatch(reports: [], boots: boots))
    }

    package func send(repairs: [RepairReport]) async throws(LinkFailure) {
        try await send(ReportBatch(reports: [], repairs: repairs))
    }

    private func send(_ batch: ReportBatch) async throws(LinkFailure) { _ = try await post(batch, to: "reports") }

    package func rebootSlot(for order: String) async throws(LinkFailure) -> RebootSlotAnswer {
        let answer = try await post(RebootSlotRequest(order: order), to: "reboot-slots")
        do {
            return try JSONDecoder().decode(RebootSlotAnswer.self, from: answer.body)
        } catch {
            throw .unreadable("\(error)")
        }
    }

    package func release(_ slot: RebootSlotRelease) async throws(LinkFailure) {
        _ = try await post(slot, to: "reboot-slots/release")
    }

    package func upload(_ inventory: [UInt8], digest: String) async throws(LinkFailure) {
        _ = try await call(.PUT, "/agent/v1/inventories/\(digest)", inventory, within: Self.answerTime * 4)
    }

    package func upload(output: [UInt8], of order: String, named name: String) async throws(LinkFailure) {
        _ = try await call(.PUT, OrderOutput.target(order: order, name: name), output, within: Self.answerTime * 4)
    }

    /// Announces the key that the host is about to use; the present one signs, unless another is given.
    package func offer(_ change: KeyChange, signedBy key: HostKey? = nil) async throws(LinkFailure) {
        _ = try await post(change, to: "key", signedBy: key)
    }

    // MARK: - Requests

    private func post(
        _ body: some Encodable,
        to route: String,
        signedBy key: HostKey? = nil
    ) async throws(LinkFailure) -> HTTPAnswer {
        let bytes: Data
        do {
            bytes = try JSONEncoder().encode(body)
        } catch {
            throw .unreadable("what is to be sent to \(route) does not encode: \(error)")
        }
        return try await call(.POST, "/agent/v1/\(route)", Array(bytes), signedBy: key, within: Self.answerTime)
    }

    private func call(
        _ method: HTTPMethod,
        _ target: String,
        _ body: [UInt8],
        signedBy key: HostKey? = nil,
        within limit: Duration
    ) async throws(LinkFailure) -> HTTPAnswer {
        let signer: any RequestSigner = key ?? signer
        let plain = UnsignedRequest(
            method: method.rawValue,
            target: target,
            host: connections.host,
            node: node,
            body: body
        )
        let request = HTTPCall(method: method, target: target, body: body)
        var moment = now()
        let first = try signer.proof(of: plain, at: moment)
        var answer = try await send(request, with: first, within: limit)
        if answer.status == 401 {
            moment = now()
            let second = try signer.proof(of: plain, at: moment)
            // Who was given something else to sign with meanwhile is believed by that.
            if first.signer != second.signer { answer = try await send(request, with: second, within: limit) }
        }
        guard (200..<300).contains(answer.status) else { throw answer.failure(at: moment) }
        onContact()
        return answer
    }

    private func send(
        _ request: HTTPCall,
        with proof: RequestProof,
        within limit: Duration
    ) async throws(LinkFailure) -> HTTPAnswer {
        var request = request
        for header in proof.headers { request.headers.add(name: header.name, value: header.value) }
        if !request.body.isEmpty { request.headers.add(name: "Content-Type", value: "application/json") }
        let answer = try await Self.execute(request, to: server, connections, within: limit)
        watch?.note(answer.date)
        return answer
    }

    private static func execute(
        _ request: HTTPCall,
        to server: String,
        _ connections: HTTPConnections,
        within limit: Duration
    ) async throws(LinkFailure) -> HTTPAnswer {
        do {
            let reply = try await connections.send(request, within: limit, upTo: maximumAnswer)
            return HTTPAnswer(
                status: Int(reply.head.status.code),
                date: reply.head.headers.first(name: "Date"),
                body: Data(reply.body.readableBytesView)
            )
        } catch {
            throw .unreachable("\(request.method.rawValue) \(server)\(request.target): \(error)")
        }
    }

    private static func base(of server: String) -> String {
        server.hasSuffix("/") ? String(server.dropLast()) : server
    }
}

/// What came back.
private struct HTTPAnswer: Sendable {
    /// How much of an error's text is kept, in bytes.
    private static let maximumDetail = 1_000

    var status: Int
    var date: String?
    var body: Data

    /// What the answer says of the problem; the beginning of its text in one line when it is none of ours.
    var detail: String {
        if let problem = try? JSONDecoder().decode(Problem.self, from: body) { return problem.description }
        let text = String(decoding: body.prefix(Self.maximumDetail), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// - Parameter sent: the host's clock when the request was signed.
    func failure(at sent: Timestamp) -> LinkFailure {
        switch status {
        case 401:
            let clocks = "this host's clock was at \(sent), the control plane's at \(date ?? "an unknown time")"
            return .unauthorized(detail: "\(detail); \(clocks)")
        case 408, 429, 500...: return .unavailable(status: status, detail: detail)
        default: return .rejected(status: status, detail: detail)
        }
    }
}
