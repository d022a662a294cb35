import Commands
import Domain
import ReadModels
import Testing
import Time

struct DeliveryTableTests {
    @Test("What was given up is told with its error")
    func failed() throws {
        var outbox = Outbox()
        let moment = Timestamp(microseconds: 1_764_000_000_000_000)
        let node = NodeStanding(name: "web-1", site: "London", patchGroup: "early", compliance: .nonCompliant)
        let recipients = ["chat", "tickets"].map { Recipient(destination: $0, channel: .webhook) }
        let messages: [OutboxMessage] = [
            .observe(.node(node), recipients: recipients),
            .failed(destination: "tickets", number: 2, error: "status 410"),
        ]
        for message in messages {
            for event in try outbox.decide(message, now: moment, actor: "worker") { outbox.evolve(event) }
        }
        let views = outbox.mailings.compactMap { DeliveryView($0, of: "node/mi-1") }
        let expected = """
            SUBJECT    DESTINATION  STATE    NOTICE       AT                    ERROR
            node/mi-1  chat         sending  node.opened  2025-11-24T16:00:00Z
            node/mi-1  tickets      failed   node.opened  2025-11-24T16:00:00Z  status 410
            """
        #expect(DeliveryTable(views).lines(OutputStyle()).joined(separator: "\n") == expected)
        #expect(DeliveryTable([]).lines(OutputStyle()) == ["There are none."])
    }
}
