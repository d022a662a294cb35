package import AgentProtocol
import FoundationEssentials

/// Inventories that wait for their upload: files named after the digest of their content.
package struct InventoryStore: Sendable {
    private let folder: String

    package init(folder: String) throws(FileFailure) {
        self.folder = folder
        try DurableFile.makeFolder(folder, mode: 0o700)
    }

    /// Keeps the inventory durably.
    ///
    /// - Returns: the SHA-256 of its JSON text in lower-case hexadecimal; equal inventories have one.
    package func keep(_ inventory: Inventory) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = Array(try encoder.encode(inventory))
        guard bytes.count <= Inventory.maximumBytes else {
            let detail = "the inventory has \(bytes.count) bytes; the control plane takes \(Inventory.maximumBytes)"
            throw StepFailure(.unknown, detail)
        }
        let digest = Hexadecimal.sha256(bytes)
        try DurableFile.write(bytes, to: path(of: digest), mode: 0o600)
        return digest
    }

    /// The JSON text; nil when it is not here, or no more.
    package func content(of digest: String) -> [UInt8]? {
        // An inventory that cannot be read cannot be uploaded; the report says more than nothing.
        try? DurableFile.read(path(of: digest))
    }

    /// Removes all inventories but these.
    ///
    /// - Precondition: no run is under way, for it may have kept an inventory that is in no report yet.
    package func sweep(keeping digests: Set<String>) throws(FileFailure) {
        for name in try DurableFile.names(in: folder) where !digests.contains(String(name.prefix { $0 != "." })) {
            try DurableFile.remove("\(folder)/\(name)")
        }
    }

    private func path(of digest: String) -> String { "\(folder)/\(digest).json" }
}
