import Domain
import FoundationEssentials
import HTTPTypes
import Synchronization
import Testing
import Time

@testable import Deliveries

@Suite("Webhooks", .timeLimit(.minutes(20)))
struct WebhookTests {
    private struct Body: Decodable {
        struct Node: Decodable {
            var id: String
            var compliance: String
            var missing: Int
            var scannedAt: String
            var overdue: OverdueFindings
        }

        struct Cycle: Decodable {
            var id: String
            var need: String
        }

        var type: String
        var key: String
        var text: String
        var timestamp: String
        var node: Node?
        var cycle: Cycle?
    }

    private func sender(_ secret: String? = Sample.secret) -> WebhookSender {
        WebhookSender(secret: { _ in secret }, secretPlace: { "/secrets/\($0)" }, now: { Sample.now })
    }

    @Test("are told in a signed request, under an id that stays and at the time of the request")
    func signed() async throws {
        let receiver = Receiver { _, _ in Receiver.Answer(status: 202) }
        var node = Sample.node()
        node.overdue = Sample.overdue
        let notice = Sample.notice(node, .nodeEscalated, number: 7, at: Sample.now - .seconds(90))
        try await receiver.open { [notice] url in
            let webhook = Destination.Webhook(url: url + "/hook?team=a")
            for _ in 0..<2 {
                let answer = try await sender().send(to: webhook, named: "tickets", "node/mi-1", notice)
                #expect(answer == "status 202")
            }
        }
        try #require(receiver.requests.count == 2)
        let (first, second) = (receiver.requests[0], receiver.requests[1])
        #expect(first.path == "/hook?team=a")
        #expect(first.header("content-type") == "application/json")
        #expect(first.header("webhook-id") == notice.id(of: "node/mi-1"))
        #expect(first.header("webhook-id") == second.header("webhook-id") && first.body == second.body)
        #expect(first.header("webhook-timestamp") == "\(Sample.now.microseconds / 1_000_000)")
        let secrets = try #require(WebhookSecrets(Sample.secret))
        let seconds = Sample.now.microseconds / 1_000_000
        let expected = secrets.signature(id: notice.id(of: "node/mi-1"), seconds: seconds, body: first.body)
        #expect(first.header("webhook-signature") == expected)
        let body = try JSONDecoder().decode(Body.self, from: Data(first.body))
        #expect((body.type, body.key) == ("node.escalated", "ringmaster/node/mi-1"))
        #expect(body.timestamp == "2026-11-26T15:58:30Z")
        #expect((body.node?.id, body.node?.compliance, body.node?.missing) == ("mi-1", "NON_COMPLIANT", 3))
        #expect(body.node?.scannedAt == "2026-11-26T15:59:00Z")
        #expect(body.node?.overdue == Sample.overdue)
        let text =
            "wéb-1 (mi-1) in eu-west-1, Ubuntu22-early: is NON_COMPLIANT: 3 approved patches are missing, 1 of them "
            + "critical; 1 finding is overdue, USN-1 since 2026-11-26T15:59:55Z."
        #expect(body.text == text)
    }

    @Test("hear of cycles whose names are of any letters")
    func cycle() async throws {
        let receiver = Receiver()
        let need = CycleStanding.Need(id: "gate/early", text: "the gate after early waits for an approval of its plan")
        let standing = CycleStanding(workflow: "monatlich", state: .running, stage: "early", need: need, endedAt: nil)
        let notice = Notice(
            number: 1,
            kind: .cycleNeedsDecision,
            standing: .cycle(standing),
            at: Sample.now,
            since: Sample.now
        )
        try await receiver.open { url in
            _ = try await sender().send(to: Destination.Webhook(url: url), named: "chat", "cycle/größe-1", notice)
        }
        let request = try #require(receiver.requests.first)
        #expect(request.header("webhook-id")?.hasPrefix("cycle/gr%C3%B6%C3%9Fe-1/1.") == true)
        let body = try JSONDecoder().decode(Body.self, from: Data(request.body))
        #expect((body.type, body.cycle?.id, body.cycle?.need) == ("cycle.decision-needed", "größe-1", need.text))
        #expect(body.node == nil)
    }

    @Test(
        "that refuse a request are not asked again, and others are",
        arguments: [
            (400, true), (410, true), (422, true), (302, true), (401, false), (404, false), (429, false), (500, false),
            (503, false),
        ]
    )
    func refusal(status: Int, isFinal: Bool) async throws {
        let receiver = Receiver { _, _ in Receiver.Answer(status: status, headers: [.location: "http://127.0.0.1:1/"]) }
        try await receiver.open { url in
            do {
                _ = try await sender().send(
                    to: Destination.Webhook(url: url),
                    named: "tickets",
                    "node/mi-1",
                    Sample.notice(Sample.node())
                )
                Issue.record("it was taken")
            } catch let refusal as DeliveryRefusal {
                #expect(isFinal && refusal.description.contains("status \(status)"))
            } catch let failure as DeliveryFailure {
                #expect(!isFinal && failure.description == "tickets answers status \(status)")
            }
        }
    }

    @Test("whose secret is missing or is none are not told, and the person is told where to put it")
    func secrets() async throws {
        for (secret, text) in [
            (nil, "there is no secret of tickets: put one into /secrets/tickets"),
            ("abc", "/secrets/tickets holds no secret"),
        ] {
            let failure = await #expect(throws: DeliveryFailure.self) {
                try await sender(secret).send(
                    to: Destination.Webhook(url: "http://127.0.0.1:1"),
                    named: "tickets",
                    "node/mi-1",
                    Sample.notice(Sample.node())
                )
            }
            #expect(failure?.description.hasPrefix(text) == true, "\(String(describing: failure))")
        }
    }

    @Test("that nobody serves fail without an answer")
    func nobody() async throws {
        // Nobody has listened there for decades.
        let failure = await #expect(throws: DeliveryFailure.self) {
            try await sender().send(
                to: Destination.Webhook(url: "http://127.0.0.1:1"),
                named: "tickets",
                "node/mi-1",
                Sample.notice(Sample.node())
            )
        }
        #expect(failure?.description.hasPrefix("no answer: ") == true)
    }
}
