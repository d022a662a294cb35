import AgentProtocol
import Logging

/// What an enrolled agent knows of itself: `agent.json` (mode 0600) in the state folder.
package struct AgentConfiguration: Codable, Equatable, Sendable {
    /// The control plane's base URL such as `https://ringmaster.example.com`.
    package var server: String
    /// The managed-node id that enrolment gave.
    package var node: String
    package var site: String
    package var patchGroup: String
    /// The activation the host was enrolled with.
    package var activation: String
    /// The folder that is patched: `/`, or a mounted image or chroot.
    package var root: String
    /// The control plane's order keys: raw Ed25519 public keys in base64, one or more.
    package var orderKeys: [String]
    /// The reboot command as an argument vector, never through a shell.
    package var rebootCommand: [String]
    /// The file whose content names the present boot.
    package var bootIdentityFile: String
    /// A PEM file of certificate authorities that replaces the system's; nil for the system's.
    package var caFile: String?
    /// ``Machine/identity(file:)`` of the machine that was enrolled.
    package var machine: String?
    /// The release whose packages dnf offers such as `2023.6.20241010`; nil for the host's own.
    package var release: String?
    /// The pin by which ``caFile`` was found: SHA-256 of the authority's public key, lower-case hexadecimal; nil without.
    package var caSHA256: String?
    /// Whether ``server`` may be plain HTTP to another machine; nil for no.
    package var insecureHTTP: Bool?
    /// Whether a stock agent starts this one, for the node that the stock agent registered; nil for no.
    package var isStock: Bool?

    package static let defaultRebootCommand = Boot.defaultCommand
    package static let defaultBootIdentityFile = Boot.identityFile

    package init(
        server: String,
        node: String,
        site: String,
        patchGroup: String,
        activation: String,
        root: String = "/",
        orderKeys: [String],
        rebootCommand: [String] = AgentConfiguration.defaultRebootCommand,
        bootIdentityFile: String = AgentConfiguration.defaultBootIdentityFile,
        caFile: String? = nil,
        machine: String? = nil,
        release: String? = nil,
        caSHA256: String? = nil,
        insecureHTTP: Bool? = nil
    ) {
        self.server = server
        self.node = node
        self.site = site
        self.patchGroup = patchGroup
        self.activation = activation
        self.root = root
        self.orderKeys = orderKeys
        self.rebootCommand = rebootCommand
        self.bootIdentityFile = bootIdentityFile
        self.caFile = caFile
        self.machine = machine
        self.release = release
        self.caSHA256 = caSHA256
        self.insecureHTTP = insecureHTTP
    }
}

extension AgentConfiguration {
    /// - Throws: ``AgentFailure`` where what is sent could be read on the way, and nobody allowed that.
    func checkExposure(_ logger: Logger) throws {
        guard let address = ServerAddress(server) else { throw AgentFailure.noAddress(server) }
        guard address.isExposed else { return }
        guard insecureHTTP == true else { throw AgentFailure.exposed(server) }
        logger.warning(
            "the control plane is reached over plain HTTP: whoever is on the way can read what is sent",
            metadata: ["server": "\(server)"]
        )
    }
}
