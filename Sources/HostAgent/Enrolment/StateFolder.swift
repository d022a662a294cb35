import FoundationEssentials

/// The agent's folder on the host, by default `/var/lib/ringmaster-agent`.
///
/// The folder may be entered by all, for apt fetches archives as a user of its own; what is secret in it has mode 0600.
package struct StateFolder: Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    /// Makes the folder unless it is there.
    func make() throws(FileFailure) { try DurableFile.makeFolder(path, mode: 0o755) }

    package var keyFile: String { path + "/agent.key" }
    /// The key that is about to take the place of ``keyFile``.
    package var nextKeyFile: String { path + "/agent.key.next" }
    /// The key before ``keyFile``, which a restored control plane may know.
    package var formerKeyFile: String { path + "/agent.key.former" }
    /// Its presence asks for another key.
    package var keyRequestFile: String { path + "/agent.key.rotate" }
    package var configurationFile: String { path + "/agent.json" }
    /// The order keys that the agent has learned of since it was enrolled.
    package var orderKeyFile: String { path + "/order-keys.json" }
    /// Names the program's file that reached the control plane last.
    package var checkInFile: String { path + "/checked-in" }
    /// The certificate authority that was found by its pin.
    package var authorityFile: String { path + "/ca.pem" }
    package var journalFile: String { path + "/journal" }
    /// Held while an order is carried out or the doctor repairs something.
    package var workLockFile: String { path + "/work-lock" }
    /// What the doctor repaired.
    package var repairFolder: String { path + "/repairs" }
    package var inventoryFolder: String { path + "/inventories" }
    /// What programs printed in the last orders.
    package var outputFolder: String { path + "/outputs" }
    /// Where the package manager's archives, options and output are.
    package var packageFolder: String { path + "/packages" }

    /// Where scripts are while they run.
    package var stepFolder: String { path + "/steps" }

    /// The configuration; nil when the host is not enrolled.
    package func configuration() throws -> AgentConfiguration? {
        guard let bytes = try DurableFile.read(configurationFile) else { return nil }
        do {
            return try JSONDecoder().decode(AgentConfiguration.self, from: Data(bytes))
        } catch {
            throw AgentFailure("\(configurationFile) does not read: \(error); repair it or enrol the host again")
        }
    }

    /// Forgets all orders and what they left to be told; what is known of keys stays.
    func forgetOrders() throws(FileFailure) {
        for file in [journalFile, checkInFile] { try DurableFile.remove(file) }
        for order in try DurableFile.names(in: outputFolder) {
            try DurableFile.removeFolder("\(outputFolder)/\(order)")
        }
        try DurableFile.removeFolder(inventoryFolder)
        try DurableFile.synchronise(folderOf: journalFile)
    }

    /// Asks the agent for another key.
    ///
    /// - Throws: ``AgentFailure`` when the host is not enrolled.
    package func requestKey() throws {
        guard try configuration() != nil else {
            throw AgentFailure("this host is not enrolled in \(path): run ringmaster-agent enrol first")
        }
        try DurableFile.write([], to: keyRequestFile, mode: 0o600)
    }

    package func keep(_ configuration: AgentConfiguration) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let bytes = Array(try encoder.encode(configuration)) + [UInt8(ascii: "\n")]
        try DurableFile.write(bytes, to: configurationFile, mode: 0o600)
    }
}
