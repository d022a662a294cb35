import AWSSignature
import AgentProtocol
import FoundationEssentials
package import PatchStreams
package import ReadModels
import Time

/// An amazon-ssm-agent as the control plane meets it (ssm-agent-protocol): it registers, asks for credentials at half of their time,
/// polls, acknowledges, replies, repeats itself, and has its host rebooted by its platform's exit code.
///
/// Its "script" is our agent in one-shot mode, which signs the agents' protocol with the same credentials; or a program that is run.
package actor StockAgent {
    /// What it does wrong, as real ones do at times.
    package struct Quirks: Sendable {
        /// It is stopped while the first message comes, which is lost.
        package var losesFirstMessage = false
        /// Its acknowledgements never arrive.
        package var losesAcknowledgements = false
        /// Each reply is sent twice.
        package var repliesTwice = false
        /// The last reply overtakes those before it.
        package var repliesOutOfOrder = false
        /// It is killed when its host goes down, and forgets nothing.
        package var exitCode: Int32 = 0

        package init() {}
    }

    package struct Answer: Sendable {
        package var status: Int
        package var body: [UInt8]

        package init(status: Int, body: [UInt8]) {
            self.status = status
            self.body = body
        }
    }

    /// One request of HTTP: method, target, headers without the host, body.
    package typealias Web =
        @Sendable (String, String, [(name: String, value: String)], [UInt8]) async throws -> Answer

    static let region = "eu-west-1"
    static let host = "ringmaster.example:7440"

    package nonisolated let node: String
    let web: Web
    let clock: TestClock
    let quirks: Quirks
    let platform: StockPlatform
    let program: (any StockProgram)?
    private let key: StockKey
    private let fingerprint: String
    private(set) var credentials: AWSCredentials?
    private var refreshAt: Timestamp?
    private var hasLostMessage = false
    /// The documents that it has run.
    private var commands: Set<String> = []

    package internal(set) var machine: FakeHost
    /// The run that the host's reboot has interrupted, as the one-shot's journal has it.
    var interrupted: (order: Order, results: [PatchResult], before: BootFacts)?
    var carriedOut: Set<String> = []
    package var carriedOutCount: Int { carriedOut.count }
    var sequences: [String: Int] = [:]
    package internal(set) var reboots = 0
    package private(set) var messages = 0

    private init(
        _ node: String,
        _ key: StockKey,
        _ fingerprint: String,
        _ machine: FakeHost,
        _ quirks: Quirks,
        _ platform: StockPlatform,
        _ program: (any StockProgram)?,
        _ clock: TestClock,
        _ web: @escaping Web
    ) {
        (self.node, self.key, self.fingerprint, self.machine) = (node, key, fingerprint, machine)
        (self.platform, self.program) = (platform, program)
        (self.quirks, self.clock, self.web) = (quirks, clock, web)
    }

    /// Registers the host with a new key.
    ///
    /// - Parameter program: runs what comes; nil for what the simulated host does.
    package static func registered(
        with activation: ActivationView,
        machine: FakeHost,
        quirks: Quirks = Quirks(),
        platform: StockPlatform = .debian,
        program: (any StockProgram)? = nil,
        clock: TestClock,
        web: @escaping Web
    ) async throws -> StockAgent {
        let (key, fingerprint) = (try StockKey(), UUID().uuidString.lowercased())
        let body = try bytes([
            "ActivationCode": .text(activation.code), "ActivationId": .text(activation.activation),
            "Fingerprint": .text(fingerprint), "PublicKey": .text(key.publicKey), "PublicKeyType": .text("Rsa"),
        ])
        let headers = [("content-type", type), ("x-amz-target", "AmazonSSM.RegisterManagedInstance")]
        let answer = try object(try await web("POST", "/", headers, body))
        guard case .text(let node) = answer["InstanceId"] else {
            throw BadAnswer(what: "RegisterManagedInstance", answer)
        }
        return StockAgent(node, key, fingerprint, machine, quirks, platform, program, clock, web)
    }

    /// Until it is cancelled.
    package func run() async throws {
        try await start()
        while !Task.isCancelled {
            for message in try await poll() { try await handle(message) }
        }
    }

    /// What it does when its host starts: it has credentials, and tells what it runs on.
    package func start() async throws {
        try await refresh()
        try await call(
            "AmazonSSM.UpdateInstanceInformation",
            [
                "AgentName": .text("amazon-ssm-agent"), "AgentStatus": .text("Active"),
                "AgentVersion": .text("3.3.0.0"), "ComputerName": .text(machine.name),
                "IPAddress": .text("127.0.0.1"), "InstanceId": .text(node),
                "PlatformName": .text(platform.name), "PlatformType": .text(platform.type),
                "PlatformVersion": .text(platform.version), "SSMConnectionChannel": .text("ec2messages"),
            ]
        )
        try await call("AmazonSSM.ListInstanceAssociations", ["InstanceId": .text(node), "MaxResults": .integer(20)])
    }

    // MARK: - Messages

    /// Payloads by message id.
    package func poll() async throws -> [(id: String, payload: String)] {
        if let refreshAt, clock.now >= refreshAt { try await refresh() }
        let request: [String: JSONValue] = [
            "Destination": .text(node), "MessagesRequestId": .text(UUID().uuidString),
            "VisibilityTimeoutInSeconds": .integer(10),
        ]
        let answer = try await call("EC2WindowsMessageDeliveryService.GetMessages", request)
        guard case .list(let items) = answer["Messages"] else { throw BadAnswer(what: "GetMessages", answer) }
        return items.compactMap { item in
            guard case .object(let message) = item, case .text(let id) = message["MessageId"],
                case .text(let payload) = message["Payload"], case .text(let topic) = message["Topic"],
                topic.hasPrefix("aws.ssm.sendCommand"), message["Destination"] == .text(node),
                case .text(let date) = message["CreatedDate"], date.utf8.count == 24
            else { return nil }
            return (id, payload)
        }
    }

    package func handle(_ message: (id: String, payload: String)) async throws {
        messages += 1
        if quirks.losesFirstMessage, !hasLostMessage {
            hasLostMessage = true
            return
        }
        try await reply(message.id, "InProgress")
        if !quirks.losesAcknowledgements {
            try await call("EC2WindowsMessageDeliveryService.AcknowledgeMessage", ["MessageId": .text(message.id)])
        }
        // Executed once, whatever comes again.
        guard commands.insert(message.id).inserted else { return }
        var code = try await run(message.payload)
        while code == platform.rebootCode {
            try await reply(message.id, "SuccessAndReboot", code: code)
            machine.reboot()
            try await program?.reboot()
            reboots += 1
            try await start()
            // The step is run again from its first line.
            code = try await run(message.payload)
        }
        let status = code == 0 ? "Success" : "Failed"
        if quirks.repliesOutOfOrder {
            try await reply(message.id, status, code: code)
            try await reply(message.id, "InProgress", code: code)
        } else {
            try await reply(message.id, "InProgress", code: code)
            try await reply(message.id, status, code: code)
        }
    }

    /// The payload of a reply as agents write it.
    private func reply(_ message: String, _ status: String, code: Int32? = nil) async throws {
        let step: JSONValue? = code.map { code in
            .object([
                "order": .object([
                    "status": .text(
                        code == 0 ? "Success" : code == platform.rebootCode ? "SuccessAndReboot" : "Failed"
                    ),
                    "code": .integer(Int64(code)), "name": .text(platform.action),
                    "standardOutput": .text("the script ran\n"), "standardError": .text(""),
                ])
            ])
        }
        let payload = try DomainJSON.encode(
            JSONValue.object([
                "additionalInfo": .object(["dateTime": .text("\(clock.now)"), "runId": .text("")]),
                "documentStatus": .text(status), "documentTraceOutput": .text(""), "runtimeStatus": step ?? .null,
            ])
        )
        let request: [String: JSONValue] = [
            "MessageId": .text(message), "ReplyId": .text(UUID().uuidString), "Payload": .text(payload),
        ]
        for _ in 0..<(quirks.repliesTwice ? 2 : 1) {
            try await call("EC2WindowsMessageDeliveryService.SendReply", request)
        }
    }

    // MARK: - Requests

    /// With its own key.
    private func refresh() async throws {
        let operation = "RequestManagedInstanceRoleToken"
        let body = try Self.bytes(["Fingerprint": .text(fingerprint)])
        let headers = try key.headers(
            operation,
            body: body,
            of: node,
            region: Self.region,
            host: Self.host,
            at: clock.now
        )
        let answer = try Self.object(try await web("POST", "/", headers, body))
        guard case .text(let id) = answer["AccessKeyId"], case .text(let secret) = answer["SecretAccessKey"],
            case .text(let token) = answer["SessionToken"], answer["UpdateKeyPair"] == .bool(false)
        else { throw BadAnswer(what: operation, answer) }
        credentials = AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token)
        refreshAt = clock.now + .seconds(1_800)
    }

    /// - Returns: the members of the answer.
    @discardableResult
    package func call(_ target: String, _ body: [String: JSONValue]) async throws -> [String: JSONValue] {
        let answer = try await attempt(target, body)
        guard answer.status == 200 else { throw BadAnswer(what: target, answer) }
        return try Self.object(answer)
    }

    package func attempt(_ target: String, _ body: [String: JSONValue]) async throws -> Answer {
        let service = target.hasPrefix("AmazonSSM.") ? "ssm" : "ec2messages"
        return try await signed(
            "POST",
            "/",
            service,
            [("content-type", Self.type), ("x-amz-target", target)],
            try Self.bytes(body)
        )
    }

    /// Any request by its credentials.
    package func signed(
        _ method: String,
        _ target: String,
        _ service: String,
        _ headers: [(name: String, value: String)],
        _ body: [UInt8]
    ) async throws -> Answer {
        guard let credentials else { throw BadAnswer(what: "no credentials", [:]) }
        let plain = SignableRequest(
            method: method,
            target: target,
            headers: [("host", Self.host)] + headers,
            payloadHash: SignatureV4.payloadHash(body)
        )
        let request = SignatureV4(region: Self.region, service: service).signed(plain, by: credentials, at: clock.now)
        return try await web(method, target, request.headers, body)
    }

    private static let type = "application/x-amz-json-1.1"

    private static func bytes(_ members: [String: JSONValue]) throws -> [UInt8] {
        Array(try DomainJSON.encode(JSONValue.object(members)).utf8)
    }

    private static func object(_ answer: Answer) throws -> [String: JSONValue] {
        guard answer.status == 200,
            case .object(let members) = try JSONDecoder().decode(JSONValue.self, from: Data(answer.body))
        else { throw BadAnswer(what: "a call", answer) }
        return members
    }
}

/// What no control plane should answer.
package struct BadAnswer: Error, CustomStringConvertible {
    package let description: String

    init(what: String, _ answer: StockAgent.Answer) {
        description = "\(what): \(answer.status) \(String(decoding: answer.body, as: UTF8.self))"
    }

    init(what: String, _ answer: [String: JSONValue]) { description = "\(what): \(answer)" }
}
