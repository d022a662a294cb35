import ControlPlaneTestSupport
import PatchStreams
import ReadModels
import Testing

/// What agents rarely say of their messages, and what they ask beside them (ssm-agent-protocol §2, §4 to §6).
@Suite("What stock agents rarely send", .timeLimit(.minutes(20)))
struct StockMessageTests {
    private static let messages = "EC2WindowsMessageDeliveryService"

    @Test("A message that the agent could not take fails its order, with the agent's own word")
    func failMessage() async throws {
        try await Self.fails(with: "amazon-ssm-agent could not take the order: InternalHandlerException") {
            agent,
            message in
            let body = ["FailureType": "InternalHandlerException", "MessageId": message]
            try await agent.call("\(Self.messages).FailMessage", body.mapValues { .text($0) })
        }
    }

    @Test("A document that timed out fails its order, with what it printed before")
    func timedOut() async throws {
        try await Self.fails(with: "TimedOut with exit code 137: half of it") { agent, message in
            let step = #"{"order":{"status":"TimedOut","code":137,"standardOutput":"half of it\n","standardError":""}}"#
            try await Self.reply(agent, message, "InProgress", "null")
            try await Self.reply(agent, message, "TimedOut", step)
        }
    }

    @Test("A document that the agent refuses fails its order by a sole reply, without an acknowledgement")
    func refused() async throws {
        try await Self.fails(with: "Failed: the document is not valid") { agent, message in
            try await Self.reply(agent, message, "Failed", "null", trace: "the document is not valid")
        }
    }

    @Test("Messages of others are nobody's to end")
    func others() async throws {
        try await StockFleet.with { controlPlane, web in
            let agent = try await StockFleet.agent(controlPlane, web)
            let other = try await StockFleet.agent(controlPlane, web, name: "other")
            try await agent.start()
            try await other.start()
            _ = try await controlPlane.startCycle()
            let message = try await StockFleet.message(of: agent, controlPlane)
            for (operation, more) in [
                ("FailMessage", ["FailureType": "InternalHandlerException"]),
                ("SendReply", ["ReplyId": "1", "Payload": #"{"documentStatus":"Failed"}"#]),
                ("AcknowledgeMessage", [:]),
            ] {
                let body = more.merging(["MessageId": message.id]) { $1 }.mapValues { JSONValue.text($0) }
                let answer = try await other.attempt("\(Self.messages).\(operation)", body)
                #expect(answer.status == 400, "\(operation)")
                #expect(String(decoding: answer.body, as: UTF8.self).contains("ValidationException"), "\(operation)")
            }
            // It comes again, and is carried out.
            controlPlane.clock.skip(.seconds(16))
            try await agent.handle(try await StockFleet.message(of: agent, controlPlane))
            #expect(await agent.carriedOutCount == 1)
        }
    }

    @Test("A message that was deleted comes again, for only an acknowledgement says that it was taken")
    func deleted() async throws {
        try await StockFleet.with { controlPlane, web in
            let agent = try await StockFleet.agent(controlPlane, web)
            try await agent.start()
            _ = try await controlPlane.startCycle()
            let message = try await StockFleet.message(of: agent, controlPlane)
            let answer = try await agent.call("\(Self.messages).DeleteMessage", ["MessageId": .text(message.id)])
            #expect(answer.isEmpty)
            controlPlane.clock.skip(.seconds(16))
            #expect(try await StockFleet.message(of: agent, controlPlane).id == message.id)
        }
    }

    @Test("The control channel is not there, so that agents stay with their polls")
    func controlChannel() async throws {
        try await StockFleet.with { controlPlane, web in
            let agent = try await StockFleet.agent(controlPlane, web)
            try await agent.start()
            let body = Array(#"{"MessageSchemaVersion":"1.0","RequestId":"e00f1cf6-32e2-4416-a839-b21fce96ad7b"}"#.utf8)
            let upgrade = [("connection", "upgrade"), ("upgrade", "websocket")]
            for channel in ["control-channel/\(agent.node)", "data-channel/\(agent.node)"] {
                for (method, headers, body) in [
                    ("POST", [("content-type", "application/json")], body),
                    ("GET", [], []), ("GET", upgrade, []),
                ] as [(String, [(name: String, value: String)], [UInt8])] {
                    let answer = try await agent.signed(method, "/v1/\(channel)", "ssmmessages", headers, body)
                    #expect(answer.status == 404, "\(method) \(channel)")
                }
            }
        }
    }

    @Test("The agent changes its key by the door, and by its present key alone; the former one then opens nothing")
    func key() async throws {
        try await StockFleet.with { controlPlane, web in
            let agent = try await StockFleet.agent(controlPlane, web)
            try await agent.start()
            let (first, second) = (try StockKey(), try StockKey())
            let thief = try await agent.byKey(
                "UpdateManagedInstancePublicKey",
                ["NewPublicKey": .text(second.publicKey), "NewPublicKeyType": .text("Rsa")],
                second
            )
            #expect(String(decoding: thief.body, as: UTF8.self).contains("InvalidSignatureException"))
            let nonsense = try await agent.offer("bm90IGEga2V5")
            #expect(nonsense.status == 400)
            #expect(String(decoding: nonsense.body, as: UTF8.self).contains("ValidationException"))
            // Neither has any effect.
            try await agent.start()
            for key in [first, second] {
                try await agent.change(to: key)
                try await agent.start()
            }
            let former = try await agent.byKey("RequestManagedInstanceRoleToken", ["Fingerprint": .text("x")], first)
            #expect(former.status == 400)
            #expect(String(decoding: former.body, as: UTF8.self).contains("InvalidSignatureException"))
        }
    }

    // MARK: - Steps

    /// Has a cycle's one order fail by what the body answers to its message, and told with the words.
    private static func fails(
        with words: String,
        _ body: @escaping @Sendable (_ agent: StockAgent, _ message: String) async throws -> Void
    ) async throws {
        try await StockFleet.with { controlPlane, web in
            let agent = try await StockFleet.agent(controlPlane, web)
            try await agent.start()
            let cycle = try await controlPlane.startCycle()
            try await body(agent, try await StockFleet.message(of: agent, controlPlane).id)
            let view = try await controlPlane.cycle(cycle, "with a host that failed") { $0.counts.failed == 1 }
            let details = view.stages.flatMap(\.lanes).flatMap(\.hosts).compactMap(\.detail)
            #expect(details.count == 1 && details.first?.contains(words) == true, "\(details)")
        }
    }

    private static func reply(
        _ agent: StockAgent,
        _ message: String,
        _ status: String,
        _ steps: String,
        trace: String = ""
    ) async throws {
        let payload = #"{"documentStatus":"\#(status)","documentTraceOutput":"\#(trace)","runtimeStatus":\#(steps)}"#
        let body = ["MessageId": message, "ReplyId": "10f46cdf-0636-40a0-97a9-ac746eb0debe", "Payload": payload]
        try await agent.call("\(messages).SendReply", body.mapValues { .text($0) })
    }
}
