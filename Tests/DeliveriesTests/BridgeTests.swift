import Domain
import FoundationEssentials
import HTTPTypes
import Subprocess
import Synchronization
import TestSupport
import Testing
import Time

@testable import Deliveries

/// The bridge that the documentation offers, against servers that take what the vendors' documentation describes.
@Suite("scripts/webhook-bridge.py", .timeLimit(.minutes(20)))
struct BridgeTests {
    private static let script = URL(filePath: #filePath).appending(path: "../../../scripts/webhook-bridge.py")
        .standardized.path

    /// Now, for the bridge refuses what is old.
    private static var now: Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)) }

    private static func sender(at moment: @escaping @Sendable () -> Timestamp = { now }) -> WebhookSender {
        WebhookSender(secret: { _ in Sample.secret }, secretPlace: { $0 }, now: moment)
    }

    private static func tell(_ url: String, _ notice: Notice, by sender: WebhookSender = sender()) async throws {
        _ = try await sender.send(to: Destination.Webhook(url: url), named: "tickets", "node/mi-1", notice)
    }

    private static var open: Notice { Sample.notice(Sample.node(), number: 1) }
    private static var closed: Notice { Sample.notice(Sample.node(.compliant), .nodeClosed, number: 3) }
    private static var escalated: Notice {
        var node = Sample.node()
        node.overdue = Sample.overdue
        return Sample.notice(node, .nodeEscalated, number: 2)
    }

    /// Runs the bridge for a vendor beside the body, which gets its address.
    private static func bridge(
        _ vendor: String,
        _ variables: [(String, String)],
        _ body: @escaping @Sendable (String) async throws -> Void
    ) async throws {
        var environment = Environment.inherit.updating(["RINGMASTER_WEBHOOK_SECRET": Sample.secret])
        for (name, value) in variables {
            guard let key = Environment.Key(rawValue: name) else { continue }
            environment = environment.updating([key: value])
        }
        try await LocalServer.with(
            { ["python3", script, vendor, "--listen", "127.0.0.1:\($0)"] },
            environment: environment
        ) { port in try await body("http://127.0.0.1:\(port)/") }
    }

    /// Method, path without its query, and body of each.
    private static func texts(_ requests: [Receiver.Request]) -> [String] {
        requests.map { request in
            let path = request.path.split(separator: "?")[0]
            return "\(request.method) \(path) \(String(decoding: request.body, as: UTF8.self))"
        }
    }

    @Test("refuses what is not signed, what is old, and what it has seen it does not do twice")
    func slack() async throws {
        let slack = Receiver()
        try await slack.open { url in
            try await Self.bridge("slack", [("SLACK_URL", url + "/services/T/B/x")]) { address in
                try await Self.tell(address, Self.open)
                try await Self.tell(address, Self.open)
                let old = Self.sender { Self.now - .seconds(600) }
                let failure = await #expect(throws: DeliveryFailure.self) {
                    try await Self.tell(address, Self.escalated, by: old)
                }
                #expect(failure?.description == "tickets answers status 401")
                let stranger = WebhookSender(
                    secret: { _ in "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=" },
                    secretPlace: { $0 },
                    now: { Self.now }
                )
                await #expect(throws: DeliveryFailure.self) {
                    try await Self.tell(address, Self.escalated, by: stranger)
                }
            }
        }
        let texts = Self.texts(slack.requests)
        #expect(texts.count == 1 && texts[0].hasPrefix(#"POST /services/T/B/x {"text": "*node.opened* "#), "\(texts)")
    }

    @Test("opens, escalates and resolves an incident of ServiceNow by its key")
    func serviceNow() async throws {
        let isOpen = Mutex(false)
        let table = Receiver { request, _ in
            if request.method == "POST" { isOpen.withLock { $0 = true } }
            let found = isOpen.withLock { $0 } ? #"{"sys_id":"i1"}"# : ""
            return Receiver.Answer(body: #"{"result":[\#(request.method == "GET" ? found : "")]}"#)
        }
        try await table.open { url in
            let variables = [("SERVICENOW_URL", url), ("SERVICENOW_USER", "u"), ("SERVICENOW_PASSWORD", "p")]
            try await Self.bridge("servicenow", variables) { address in
                for notice in [Self.open, Self.escalated, Self.closed] { try await Self.tell(address, notice) }
            }
        }
        let changes = Self.texts(table.requests).filter { !$0.hasPrefix("GET") }
        try #require(changes.count == 3, "\(changes)")
        #expect(changes[0].hasPrefix("POST /api/now/table/incident {"))
        #expect(changes[0].contains(#""correlation_id": "ringmaster/node/mi-1""#))
        #expect(changes[1].hasPrefix(#"PATCH /api/now/table/incident/i1 {"urgency": "1""#))
        #expect(changes[2].hasPrefix(#"PATCH /api/now/table/incident/i1 {"state": "6""#))
        #expect(table.requests.allSatisfy { $0.header("authorization") == "Basic dTpw" })
    }

    @Test("opens, escalates and closes an issue of Jira by its label")
    func jira() async throws {
        let isOpen = Mutex(false)
        let jira = Receiver { request, _ in
            if request.path.hasSuffix("/issue") { isOpen.withLock { $0 = true } }
            if request.path.hasSuffix("/transitions"), request.method == "GET" {
                return Receiver.Answer(body: #"{"transitions":[{"id":"11","name":"Start"},{"id":"31","name":"Done"}]}"#)
            }
            let found = isOpen.withLock { $0 } ? #"{"key":"OPS-1"}"# : ""
            return Receiver.Answer(body: #"{"issues":[\#(found)]}"#)
        }
        try await jira.open { url in
            let variables = [("JIRA_URL", url), ("JIRA_USER", "u"), ("JIRA_TOKEN", "t"), ("JIRA_PROJECT", "OPS")]
            try await Self.bridge("jira", variables) { address in
                for notice in [Self.open, Self.escalated, Self.closed] { try await Self.tell(address, notice) }
            }
        }
        let changes = Self.texts(jira.requests).filter { !$0.hasPrefix("GET") }
        let paths = changes.map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
        let issue = "/rest/api/2/issue"
        #expect(
            paths == [
                "POST \(issue)", "POST \(issue)/OPS-1/comment", "PUT \(issue)/OPS-1", "POST \(issue)/OPS-1/comment",
                "POST \(issue)/OPS-1/transitions",
            ]
        )
        #expect(changes.first?.contains(#""labels": ["ringmaster-node-mi-1"]"#) == true)
        #expect(changes.last?.contains(#""id": "31""#) == true)
    }
}
