import ControlPlane
import Domain
import ReadModels
import Time

/// SSM's `InventoryResultItem`: a type of a node's inventory.
struct InventoryData: Encodable, Sendable {
    static let application = "AWS:Application"
    static let information = "AWS:InstanceInformation"
    /// That the model allows.
    static let mostEntries = 10_000

    var typeName: String
    var schemaVersion: String
    var captureTime: String
    var contentHash: String?
    var content: [CustomInventory.Entry]

    /// Those that no one reports, with the attributes that each has.
    static let own: [(type: String, version: String, attributes: [String])] = [
        (application, "1.1", ["Architecture", "Epoch", "Name", "Release", "Version"]),
        (
            information, "1.0",
            [
                "AgentType", "AgentVersion", "ComputerName", "InstanceId", "InstanceStatus", "PlatformName",
                "PlatformType", "PlatformVersion", "ResourceType",
            ]
        ),
    ]

    /// Whether nodes may have the type here.
    static func isKnown(_ type: String) -> Bool {
        CustomShelf.isCustom(type) || own.contains { $0.type == type }
    }

    init(_ custom: CustomInventory) {
        (typeName, schemaVersion, captureTime) = (custom.type, custom.schemaVersion, custom.capturedAt)
        (contentHash, content) = (custom.hash, custom.entries)
    }

    /// What is installed, by the node's last inventory.
    init(_ software: InstalledSoftware) {
        (typeName, schemaVersion) = (Self.application, "1.1")
        captureTime = Self.text(software.scannedAt)
        contentHash = software.inventory
        content = software.packages.prefix(Self.mostEntries).map { package in
            let parts = package.versionParts
            var entry = ["Name": package.name, "Version": parts.version]
            entry["Architecture"] = package.architecture.isEmpty ? nil : package.architecture
            (entry["Epoch"], entry["Release"]) = (parts.epoch, parts.release)
            return entry
        }
    }

    init(_ node: NodeView, _ information: InstanceInformation) {
        (typeName, schemaVersion) = (Self.information, "1.0")
        captureTime = Self.text(information.lastPingDateTime.moment)
        var entry = [
            "AgentType": node.agentVersion.hasPrefix("amazon-ssm-agent") ? "amazon-ssm-agent" : "ringmaster-agent",
            "InstanceId": node.id, "InstanceStatus": "Active", "PlatformName": information.platformName,
            "PlatformVersion": information.platformVersion, "ResourceType": information.resourceType,
        ]
        entry["AgentVersion"] = information.agentVersion
        entry["ComputerName"] = information.computerName
        entry["PlatformType"] = information.platformType
        content = [entry]
    }

    /// With whole seconds, as the model has it.
    private static func text(_ moment: Timestamp) -> String {
        Timestamp(microseconds: moment.microseconds / 1_000_000 * 1_000_000).description
    }
}

extension Call {
    /// What nodes have of these types, by node and then by type.
    func inventories(of nodes: [NodeView], types: Set<String>) async throws -> [String: [String: InventoryData]] {
        let ids = nodes.map(\.id)
        let custom = types.filter(CustomShelf.isCustom).sorted()
        var found = try await services.questions.customInventories.inventories(of: ids, types: custom)
            .mapValues { $0.mapValues { InventoryData($0) } }
        if types.contains(InventoryData.application) {
            for (node, software) in try await services.questions.installedSoftware(of: ids) {
                found[node, default: [:]][InventoryData.application] = InventoryData(software)
            }
        }
        if types.contains(InventoryData.information) {
            for node in nodes {
                let data = InventoryData(node, InstanceInformation(node, at: now))
                found[node.id, default: [:]][InventoryData.information] = data
            }
        }
        return found
    }
}
