import AgentProtocol
import ControlPlane
import FoundationEssentials
import PatchStreams
import Time

/// A message that has a stock agent run the launch script (ssm-agent-protocol §4.1).
struct WakeUpMessage: Encodable, Sendable {
    private static let prefix = "aws.ssm."
    /// What the agent takes, in seconds; outside of it another is used without a word.
    private static let timeouts = 60...172_800

    var createdDate: String
    var destination: String
    var messageId: String
    var payload: String
    var payloadDigest: String
    var topic: String

    init(
        _ wakeUp: OrderWakeUp,
        script: LaunchScript,
        environment: [String: String],
        node: String,
        region: String,
        at now: Timestamp
    ) throws {
        destination = node
        messageId = Self.id(of: wakeUp.id, for: node)
        topic = "\(Self.prefix)sendCommand.\(region)"
        // Of 24 characters: the agent forgets those whose date it cannot read.
        let seconds = Timestamp(microseconds: now.microseconds / 1_000_000 * 1_000_000)
        createdDate = "\(seconds)".replacing("Z", with: ".000Z")
        let left = Int((wakeUp.order.window.closes - now).components.seconds)
        let step: [String: JSONValue] = [
            "action": .text(script.action), "name": .text("order"),
            "inputs": .object([
                "runCommand": .list([.text(script.text)]),
                "timeoutSeconds": .text("\(min(max(left, Self.timeouts.lowerBound), Self.timeouts.upperBound))"),
                "environment": .object(environment.mapValues { .text($0) }),
            ]),
        ]
        let content: [String: JSONValue] = [
            "schemaVersion": .text("2.2"), "description": .text("Has the host look for its order."),
            "mainSteps": .list([.object(step)]),
        ]
        payload = try DomainJSON.encode(
            JSONValue.object([
                "CommandId": .text(wakeUp.id), "DocumentName": .text("Ringmaster-Order"), "Parameters": .object([:]),
                "DocumentContent": .object(content), "OutputS3BucketName": .text(""), "OutputS3KeyPrefix": .text(""),
                "CloudWatchLogGroupName": .text(""), "CloudWatchOutputEnabled": .text("false"),
            ])
        )
        payloadDigest = ""
    }

    static func id(of wakeUp: String, for node: String) -> String { "\(prefix)\(wakeUp).\(node)" }

    /// The wake-up of a message to the node; nil for another's, or what is none.
    static func wakeUp(of messageID: String, to node: String) -> String? {
        let suffix = ".\(node)"
        guard messageID.hasPrefix(prefix), messageID.hasSuffix(suffix),
            messageID.utf8.count > prefix.utf8.count + suffix.utf8.count
        else { return nil }
        return String(messageID.dropFirst(prefix.count).dropLast(suffix.count))
    }
}
