import AgentProtocol
import ControlPlane
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization
import Time

/// The FleetLock protocol (https://coreos.github.io/zincati/development/fleetlock/protocol/) over the groups that the policy opens to it.
///
/// The protocol knows no proof of who asks: whoever reaches these routes can take and give back slots of those groups, though no node's.
struct FleetLockRoutes: Sendable {
    private static let maximumBytes = 4_096
    private static let maximumClient = 128

    let slots: RebootSlotService
    let budget: RequestBudget
    let now: @Sendable () -> Timestamp

    func add(to router: Router<BasicRequestContext>) {
        router.post("/v1/pre-reboot") { request, context in
            await respond(to: request, context.logger) { try await slots.lock(group: $0.group, client: $0.id) }
        }
        router.post("/v1/steady-state") { request, context in
            await respond(to: request, context.logger) { try await slots.unlock(group: $0.group, client: $0.id) }
        }
    }

    // MARK: - Steps

    private struct Body: Decodable {
        struct Client: Decodable {
            var id: String
            var group: String
        }

        enum CodingKeys: String, CodingKey { case client = "client_params" }

        var client: Client
    }

    /// What the protocol has for everything but 200.
    private struct Failure: Error, Encodable {
        var kind: String
        var value: String
        var status: HTTPResponse.Status

        enum CodingKeys: CodingKey { case kind, value }
    }

    private func respond(
        to request: Request,
        _ logger: Logger,
        _ body: (Body.Client) async throws -> RebootSlotService.FleetLockAnswer
    ) async -> Response {
        do {
            let client = try await client(of: request)
            switch try await body(client) {
            case .done: return Response(status: .ok)
            case .unknownGroup:
                let value = "no group \(client.group) of reboot slots is open to FleetLock; the policy opens groups"
                throw Failure(kind: "unknown_group", value: value, status: .notFound)
            case .full(let holders):
                throw Failure(kind: "failed_lock_semaphore_full", value: holders, status: .conflict)
            }
        } catch let failure as Failure {
            return Self.response(failure)
        } catch let problem as Problem {
            let status = HTTPResponse.Status(code: problem.status)
            let kind = problem.status < 500 ? "bad_request" : "unavailable"
            return Self.response(Failure(kind: kind, value: problem.detail, status: status))
        } catch {
            logger.error("request failed", metadata: ["error": "\(error)", "path": "\(request.uri.path)"])
            let value = "the control plane failed on this request; its log has the reason; repeat the request"
            return Self.response(Failure(kind: "internal_error", value: value, status: .internalServerError))
        }
    }

    private func client(of request: Request) async throws -> Body.Client {
        guard budget.spend(at: now()) else {
            throw Failure(kind: "too_many_requests", value: "ask again in a minute", status: .tooManyRequests)
        }
        guard let header = HTTPField.Name("fleet-lock-protocol"), request.headers[header] == "true" else {
            let value = "the header fleet-lock-protocol: true is missing"
            throw Failure(kind: "bad_request", value: value, status: .badRequest)
        }
        let buffer = try await JSONBody.bytes(of: request, atMost: Self.maximumBytes)
        let client = try JSONBody.decode(Body.self, from: buffer).client
        let isPlain = client.id.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7f }
        guard (1...Self.maximumClient).contains(client.id.utf8.count), isPlain else {
            let value = "client_params.id must be 1 to \(Self.maximumClient) bytes without spaces"
            throw Failure(kind: "bad_request", value: value, status: .badRequest)
        }
        return client
    }

    private static func response(_ failure: Failure) -> Response {
        do {
            return try JSONBody.respond(failure, status: failure.status)
        } catch {
            return Response(status: .internalServerError)
        }
    }
}

/// How many requests are answered in a minute, whoever they are from: it bounds what those can cost who prove nothing.
final class RequestBudget: Sendable {
    private struct Minute {
        var number: Int64 = .min
        var spent = 0
    }

    private let perMinute: Int
    private let minute = Mutex(Minute())

    init(perMinute: Int) { self.perMinute = perMinute }

    /// Whether there is one left.
    func spend(at now: Timestamp) -> Bool {
        let number = now.microseconds / 60_000_000
        return minute.withLock { minute in
            if minute.number != number { minute = Minute(number: number) }
            minute.spent += 1
            return minute.spent <= perMinute
        }
    }
}
