import AWSSignature
import AgentProtocol
import FoundationEssentials
import PatchStreams
package import ReadModels
package import Time

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
        /// Its host loses its power in the middle of its first install.
        package var losesPower = false
        /// It is stopped and started again while it has nothing to do, every time.
        package var restarts = false
        /// With which the run of its script ends.
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
    let now: @Sendable () -> Timestamp
    package nonisolated let quirks: Quirks
    let platform: StockPlatform
    let program: (any StockProgram)?
    var key: StockKey
    let fingerprint: String
    var credentials: AWSCredentials?
    var refreshAt: Timestamp?
    private var hasLostMessage = false
    /// The documents that it has run.
    private var commands: Set<String> = []

    package internal(set) var machine: FakeHost
    /// The run that was interrupted, as the one-shot's journal has it.
    var interrupted: Interrupted?
    var hasLostPower = false
    /// How long after its orders were due it had the messages for them.
    package internal(set) var pickUps: [Duration] = []
    var messageAt = Timestamp(microseconds: 0)
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
        _ now: @escaping @Sendable () -> Timestamp,
        _ web: @escaping Web
    ) {
        (self.node, self.key, self.fingerprint, self.machine) = (node, key, fingerprint, machine)
        (self.platform, self.program) = (platform, program)
        (self.quirks, self.now, self.web) = (quirks, now, web)
    }

    /// Registers the host.
    ///
    /// - Parameters:
    ///   - key: nil for a new one.
    ///   - program: runs what comes; nil for what the simulated host does.
    package static func registered(
        with activation: ActivationView,
        machine: FakeHost,
        key: StockKey? = nil,
        quirks: Quirks = Quirks(),
        platform: StockPlatform = .debian,
        program: (any StockProgram)? = nil,
        now: @escaping @Sendable () -> Timestamp,
        web: @escaping Web
    ) async throws -> StockAgent {
        let (key, fingerprint) = (try key ?? StockKey(), UUID().uuidString.lowercased())
        let body = try bytes([
            "ActivationCode": .text(activation.code), "ActivationId": .text(activation.activation),
            "Fingerprint": .text(fingerprint), "PublicKey": .text(key.publicKey), "PublicKeyType": .text("Rsa"),
        ])
        let headers = [("content-type", type), ("x-amz-target", "AmazonSSM.RegisterManagedInstance")]
        let answer = try object(try await web("POST", "/", headers, body))
        guard case .text(let node) = answer["InstanceId"] else {
            throw BadAnswer(what: "RegisterManagedInstance", answer)
        }
        return StockAgent(node, key, fingerprint, machine, quirks, platform, program, now, web)
    }

    /// Until it is cancelled.
    package func run() async throws {
        try await start()
        while !Task.isCancelled {
            let began = ContinuousClock.now
            let messages = try await poll()
            // As agents do that are answered at once with nothing.
            if messages.isEmpty, ContinuousClock.now < began + .seconds(1) { try await Task.sleep(for: .seconds(2)) }
            for message in messages {
                try await handle(message)
                if quirks.restarts { try await start() }
            }
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
        if let refreshAt, now() >= refreshAt { try await refresh() }
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
        messageAt = now()
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
        do {
            try await ran(message.id, message.payload)
        } catch is PowerLoss {
            machine.reboot()
            try await start()
            let text = "document process failed unexpectedly: ipc messaging received timeout signal"
            try await reply(message.id, "Failed", code: 1, output: text)
        }
    }

    private func ran(_ message: String, _ payload: String) async throws {
        var code = try await run(payload)
        while code == platform.rebootCode {
            try await reply(message, "SuccessAndReboot", code: code)
            machine.reboot()
            try await program?.reboot()
            reboots += 1
            try await start()
            // The step is run again from its first line.
            code = try await run(payload)
        }
        let status = code == 0 ? "Success" : "Failed"
        if quirks.repliesOutOfOrder {
            try await reply(message, status, code: code)
            try await reply(message, "InProgress", code: code)
        } else {
            try await reply(message, "InProgress", code: code)
            try await reply(message, status, code: code)
        }
    }

    /// The payload of a reply as agents write it.
    private func reply(_ message: String, _ status: String, code: Int32? = nil, output: String = "") async throws {
        let step: JSONValue? = code.map { code in
            .object([
                "order": .object([
                    "status": .text(
                        code == 0 ? "Success" : code == platform.rebootCode ? "SuccessAndReboot" : "Failed"
                    ),
                    "code": .integer(Int64(code)), "name": .text(platform.action),
                    "standardOutput": .text("the script ran\n"), "standardError": .text(""), "output": .text(output),
                ])
            ])
        }
        let payload = try DomainJSON.encode(
            JSONValue.object([
                "additionalInfo": .object(["dateTime": .text("\(now())"), "runId": .text("")]),
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
}
