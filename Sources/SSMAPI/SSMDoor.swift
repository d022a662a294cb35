import AWSSignature
import AgentProtocol
package import ControlPlane
import Domain
import FoundationEssentials
import HTTPTypes
package import Hummingbird
package import Logging
import NIOCore
import PatchStreams
package import Time

/// Answers what AWS's tools send: SSM's API, in its JSON protocol, at `POST /` (ssm-semantics §0).
package struct SSMDoor: Sendable {
    /// A baseline with all that it may have is smaller by far.
    private static let maximumBytes = 1 << 20
    private static let mediaType = "application/x-amz-json-1.1"
    private static let target = "AmazonSSM."
    /// SDKs repeat what it answers.
    private static let throttling = "ThrottlingException"

    private let services: ControlPlaneServices
    private let gate: SignatureGate
    private let source: @Sendable () -> String?
    private let now: @Sendable () -> Timestamp
    private let table = OperationTable()
    private let taken = TakenSignatures()
    private let instances: InstanceDoor
    private let identity: CallerIdentity

    /// - Parameters:
    ///   - source: the address that the request under way came from.
    ///   - now: the wall clock.
    ///   - terms: what hosts of stock agents are told.
    package init(
        services: ControlPlaneServices,
        terms: OneShotTerms = OneShotTerms(),
        source: @escaping @Sendable () -> String?,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.services = services
        gate = SignatureGate(access: services.access, regions: Regions(policy: services.policy))
        identity = CallerIdentity(services: services, gate: gate)
        self.source = source
        self.now = now
        instances = InstanceDoor(
            agents: services.agents,
            questions: services.questions,
            terms: terms,
            taken: TakenSignatures(),
            now: now
        )
    }

    package func add(to router: Router<BasicRequestContext>) {
        router.post("/") { request, context in
            guard holds(request) else { return await answer(request, context) }
            return await hold(request)({ context.logger })
        }
    }

    /// Whether it is a poll of a stock agent: very many of them wait at the same time.
    package func holds(_ request: Request) -> Bool {
        request.method == .post && request.uri.path == "/" && Self.target(of: request) == InstanceDoor.poll
    }

    /// Waits until the poll has an answer, which is then made apart from the wait.
    package func hold(_ request: Request) async -> @Sendable (_ logger: () -> Logger) -> Response {
        let outcome = await instances.wait(request)
        return { logger in
            let id = UUID().uuidString.lowercased()
            return switch outcome {
            case .success(let body): Self.response(id, .ok, body)
            case .failure(let error): Self.response(id, error, logger)
            }
        }
    }

    // MARK: - Steps

    private func answer(_ request: Request, _ context: BasicRequestContext) async -> Response {
        let id = UUID().uuidString.lowercased()
        do {
            let body = try await Self.body(of: request)
            if CallerIdentity.isMeant(by: request) {
                return await identity.answer(request, body, id: id, from: source(), at: now(), context.logger)
            }
            return Self.response(id, .ok, try await outcome(of: request, body, context.logger))
        } catch {
            return Self.response(id, error) { context.logger }
        }
    }

    private static func response(_ id: String, _ error: any Error, _ logger: () -> Logger) -> Response {
        let shown = Self.error(error)
        if shown.status >= 500 {
            let metadata: Logger.Metadata = ["error": "\(error)", "aws.request": "\(id)"]
            logger().error("request of SSM's API failed", metadata: metadata)
        }
        return response(id, .init(code: shown.status), shown.body)
    }

    private static func target(of request: Request) -> String {
        HTTPField.Name("X-Amz-Target").flatMap { request.headers[$0] } ?? ""
    }

    private func outcome(of request: Request, _ body: Data, _ logger: Logger) async throws -> Data {
        let target = Self.target(of: request)
        if instances.takes(request, target: target) {
            return try await instances.answer(request, target: target, body, from: source())
        }
        let name = target.hasPrefix(Self.target) ? String(target.dropFirst(Self.target.count)) : ""
        var entry = AuditEntry(
            outcome: .denied,
            principal: nil,
            actor: nil,
            source: source(),
            request: Self.target + name,
            permission: nil
        )
        do {
            let (principal, claim) = try await gate.admit(request, body, from: entry.source, at: now())
            (entry.principal, entry.actor) = (principal.id, principal.name)
            try services.access.spend(by: principal)
            guard let operation = table[name] else { throw SSMError("UnknownOperationException") }
            entry.permission = operation.permission
            try principal.check(operation.permission)
            try operation.input.check(body: body)
            let call = Call(
                services: services,
                principal: principal,
                region: claim.region,
                key: claim.signature,
                now: now()
            )
            let demand = try await operation.demand(body, call)
            entry.permission = demand.permission
            try principal.check(demand.permission)
            try principal.check(demand.reach)
            guard operation.isChange else { return try await operation.answer(body, call) }
            return try await change(operation, body, call, entry)
        } catch let refusal as SignatureRefusal {
            entry.code = refusal.code
            await services.audit.noteDenied(entry, logger: logger)
            throw SSMError(refusal)
        } catch let refusal as AccessRefusal {
            entry.code = refusal.code
            await services.audit.noteDenied(entry, logger: logger)
            throw SSMError("AccessDeniedException", Self.denial(refusal, entry))
        }
    }

    /// It is noted before it is made.
    private func change(_ operation: Operation, _ body: Data, _ call: Call, _ entry: AuditEntry) async throws -> Data {
        if let answer = try taken.take(call.key, at: call.now) { return answer }
        do {
            var entry = entry
            entry.outcome = .allowed
            try await services.audit.noteAllowed(entry)
            let answer = try await operation.answer(body, call)
            taken.keep(.success(answer), of: call.key, at: now())
            return answer
        } catch {
            // Nobody may know what came of it; sent again it is decided once, by its key. What is throttled is to be sent again.
            let shown = Self.error(error)
            if shown.status >= 500 || shown.code == Self.throttling {
                taken.release(call.key)
            } else {
                taken.keep(.failure(shown), of: call.key, at: now())
            }
            throw error
        }
    }

    static func body(of request: Request) async throws -> Data {
        do {
            return Data(try await request.body.collect(upTo: maximumBytes).readableBytesView)
        } catch is NIOTooManyBytesError {
            let text = "the request has more than \(maximumBytes) bytes"
            throw SSMError("RequestEntityTooLargeException", text, status: 413)
        }
    }

    /// In AWS's words, with ours behind them.
    private static func denial(_ refusal: AccessRefusal, _ entry: AuditEntry) -> String {
        let action = entry.request.dropFirst(target.count)
        return "User: \(Call.user(entry.actor ?? "")) is not authorized to perform: ssm:\(action): \(refusal.detail)"
    }

    static func error(_ error: any Error) -> SSMError {
        switch error {
        case let error as SSMError: error
        case let problem as Problem where problem.code == PolicyService.changedMeanwhile:
            SSMError(throttling, problem.detail)
        case let problem as Problem:
            switch problem.status {
            case 429: SSMError(throttling, "Rate exceeded")
            case 503: SSMError("ServiceUnavailableException", problem.detail, status: 503)
            case 500...: .internalError
            default: .validation(problem.detail)
            }
        default: .internalError
        }
    }

    private static func response(_ id: String, _ status: HTTPResponse.Status, _ body: Data) -> Response {
        var headers: HTTPFields = [.contentType: mediaType]
        if let name = HTTPField.Name("x-amzn-RequestId") { headers[name] = id }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}

extension SSMError {
    /// Clients of different ages look for either spelling of the message.
    fileprivate var body: Data {
        var members: [String: JSONValue] = ["__type": .text(code)]
        if let message { (members["message"], members["Message"]) = (.text(message), .text(message)) }
        do {
            return try JSONEncoder().encode(JSONValue.object(members))
        } catch {
            return Data(#"{"__type":"InternalServerError"}"#.utf8)
        }
    }
}
