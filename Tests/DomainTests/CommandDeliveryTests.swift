import Domain
import Testing

@Suite("How long commands wait for their nodes")
struct CommandDeliveryTests {
    /// Of each stage that has orders.
    private static func deliverySeconds(_ operation: String, timeoutSeconds: Int) throws -> [Int] {
        let command = SentCommand(
            documentName: "AWS-RunPatchBaseline",
            parameters: ["Operation": [operation]],
            instanceIDs: ["mi-0"],
            timeoutSeconds: timeoutSeconds
        )
        let document = try #require(CommandDocument.aws.first { $0.name == command.documentName })
        let definition = try command.definition(of: document, site: "London", hooks: [], until: nil)
        #expect(definition.flaw == nil)
        return definition.stages.compactMap { $0.laneRules?.deliverySeconds }
    }

    @Test(
        "The scan of an install waits for a silent node for ten minutes at most, what comes last for the whole timeout",
        arguments: [(30, 30), (600, 600), (601, 600), (3_600, 600), (2_592_000, 600)]
    )
    func silentNode(timeout: Int, scan: Int) throws {
        #expect(try Self.deliverySeconds("Install", timeoutSeconds: timeout) == [scan, timeout])
        #expect(try Self.deliverySeconds("Scan", timeoutSeconds: timeout) == [timeout])
    }
}
