import Domain
import ReadModels
import Time

/// SSM's `InstanceInformation` of a node.
struct InstanceInformation: Encodable, Sendable {
    /// Contacts are kept to the hour, so that a node which polls was heard within it, give or take ten minutes.
    static let onlineTime = Duration.seconds(70 * 60)

    var instanceId: String
    /// `Online` or `ConnectionLost`.
    var pingStatus: String
    var lastPingDateTime: EpochSeconds
    var agentVersion: String?
    var platformType: String?
    var platformName: String
    var platformVersion: String
    /// nil for one of `ringmaster activation create`, whose id is none of SSM's.
    var activationId: String?
    var iamRole: String?
    var registrationDate: EpochSeconds
    var resourceType = "ManagedInstance"
    var sourceId: String
    var sourceType = "AWS::SSM::ManagedInstance"
    var name: String
    var computerName: String?

    init(_ node: NodeView, at now: Timestamp) {
        let heardAt = [node.lastHeardAt, node.lastScanAt].compactMap(\.self).reduce(node.enrolledAt, max)
        instanceId = node.id
        pingStatus = now - heardAt <= Self.onlineTime ? "Online" : "ConnectionLost"
        lastPingDateTime = EpochSeconds(heardAt)
        agentVersion = Self.version(node.agentVersion)
        let system = OperatingSystem(platform: node.platform, version: node.platformVersion)
        platformType = system.map(Self.type)
        platformName = system?.product(version: "") ?? node.platform
        platformVersion = node.platformVersion
        activationId = node.activation.flatMap { Shape.Pattern.uuid.matches($0) ? $0 : nil }
        iamRole = node.labels?.role
        registrationDate = EpochSeconds(node.enrolledAt)
        sourceId = node.id
        name = node.labels?.name ?? node.name
        computerName = node.name.isEmpty ? nil : node.name
    }

    /// Without the name of the agent; nil for one that SSM's form does not take: three or four numbers.
    private static func version(_ text: String) -> String? {
        let stock = StockIdentity.agentName + " "
        let numbers = text.dropFirst(text.hasPrefix(stock) ? stock.count : 0).prefix {
            $0.isASCII && ($0.isNumber || $0 == ".")
        }.split(
            separator: ".",
            omittingEmptySubsequences: false
        )
        let isFit = (3...4).contains(numbers.count) && numbers.allSatisfy { (1...6).contains($0.count) }
        return isFit ? numbers.joined(separator: ".") : nil
    }

    private static func type(_ system: OperatingSystem) -> String {
        switch system.family {
        case .windows: "Windows"
        case .macOS: "MacOS"
        case .apt, .rpm, .zypper: "Linux"
        }
    }
}
