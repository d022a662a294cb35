import AgentProtocol

/// Turns a host into a managed node.
package struct Enrolment: Sendable {
    /// All that a person says when enrolling a host.
    package struct Request: Sendable {
        package var server: String
        package var activation: String
        package var code: String
        package var orderKeys: [String]
        /// The name people know the host by; nil for its host name.
        package var name: String?
        package var root = "/"
        package var rebootCommand = AgentConfiguration.defaultRebootCommand
        package var bootIdentityFile = AgentConfiguration.defaultBootIdentityFile
        package var caFile: String?
        /// The pin of the control plane's certificate authority, lower-case hexadecimal, instead of a file.
        package var caSHA256: String?
        /// Whether the server may be plain HTTP to another machine.
        package var insecureHTTP = false
        /// The release whose packages dnf offers; nil for the host's own.
        package var release: String?

        package init(server: String, activation: String, code: String, orderKeys: [String]) {
            self.server = server
            self.activation = activation
            self.code = code
            self.orderKeys = orderKeys
        }
    }

    private let state: StateFolder

    package init(state: StateFolder) { self.state = state }

    /// Makes the host's key, enrols it and writes the configuration.
    ///
    /// Repeatable: the key is kept before the request is sent, and one key with one activation is always one node. A host that
    /// is enrolled with these options already is left as it is.
    ///
    /// - Throws: ``AgentFailure`` when it is enrolled with others.
    package func enrol(_ request: Request) async throws -> AgentConfiguration {
        if let known = try state.configuration() {
            guard known.isStock != true else {
                throw AgentFailure(
                    """
                    this host's amazon-ssm-agent carries out orders as \(known.node), and a host has one agent: to enrol it end \
                    amazon-ssm-agent, then remove \(state.path)
                    """
                )
            }
            let differences = Self.differences(between: known, and: request)
            guard differences.isEmpty else {
                throw AgentFailure(
                    """
                    this host is enrolled as \(known.node) already, and not with these options: \
                    \(differences.joined(separator: "; ")); to enrol it anew remove \(state.path)
                    """
                )
            }
            return known
        }
        for key in request.orderKeys { _ = try HostKey.orderKey(key) }
        guard !request.orderKeys.isEmpty else { throw AgentFailure("no order key: give --order-key BASE64") }
        try check(request)
        if !HostSystem.isWindows {
            _ = try Boot(identityFile: request.bootIdentityFile, command: request.rebootCommand).current()
        }
        try state.make()
        let key = try HostKey.readOrMake(at: state.keyFile)
        let caFile = try await keptAuthority(request) ?? request.caFile
        let response = try await HTTPControlPlane.enrol(
            try await signed(request, key),
            server: request.server,
            caFile: caFile
        )
        var configuration = configuration(request, response)
        configuration.caFile = caFile
        configuration.machine = try Machine.identity()
        // Those of an enrolment before this one would count instead of the keys that are given now.
        try DurableFile.remove(state.orderKeyFile)
        try state.keep(configuration)
        return configuration
    }

    // MARK: - Steps

    private func check(_ request: Request) throws {
        if let caFile = request.caFile, try DurableFile.text(caFile) == nil {
            throw AgentFailure("there is no file \(caFile) of certificate authorities")
        }
        if let pin = request.caSHA256 {
            guard request.caFile == nil else { throw AgentFailure("give --ca-sha256 or --ca-file, not both") }
            let isDigest = pin.utf8.count == 64 && pin.allSatisfy { $0.isHexDigit && !$0.isUppercase }
            guard isDigest else { throw AgentFailure("\"\(pin)\" is no pin: expected 64 digits of hexadecimal") }
        }
        guard let address = ServerAddress(request.server) else {
            throw AgentFailure("\(request.server) is not a control plane's address: expected https://HOST:PORT")
        }
        guard !address.isExposed || request.insecureHTTP else { throw AgentFailure.exposed(request.server) }
    }

    /// The file of the authority that the pin names, fetched from the server; nil without a pin.
    private func keptAuthority(_ request: Request) async throws -> String? {
        guard let pin = request.caSHA256 else { return nil }
        let pem = try await PinnedAuthority.fetch(from: request.server, pin: pin)
        try DurableFile.write(Array(pem.utf8), to: state.authorityFile, mode: 0o644)
        return state.authorityFile
    }

    /// The options that say something else than the configuration does, in words.
    private static func differences(between known: AgentConfiguration, and request: Request) -> [String] {
        let options: [(name: String, known: String, asked: String)] = [
            ("--server", known.server, request.server),
            ("--activation", known.activation, request.activation),
            ("--order-key", known.orderKeys.joined(separator: " "), request.orderKeys.joined(separator: " ")),
            ("--root", known.root, request.root),
            ("--ca-file", known.caSHA256 == nil ? known.caFile ?? "none" : "none", request.caFile ?? "none"),
            ("--ca-sha256", known.caSHA256 ?? "none", request.caSHA256 ?? "none"),
            ("--insecure-http", "\(known.insecureHTTP ?? false)", "\(request.insecureHTTP)"),
            ("--release", known.release ?? "the host's own", request.release ?? "the host's own"),
            ("--boot-identity", known.bootIdentityFile, request.bootIdentityFile),
            (
                "--reboot-command", known.rebootCommand.joined(separator: " "),
                request.rebootCommand.joined(separator: " ")
            ),
        ]
        return options.filter { $0.known != $0.asked }.map { "\($0.name) is \($0.known), not \($0.asked)" }
    }

    private func signed(_ request: Request, _ key: HostKey) async throws -> EnrolmentRequest {
        let facts = try await HostFacts.read(root: request.root, name: request.name)
        var enrolment = EnrolmentRequest(
            activation: request.activation,
            code: request.code,
            publicKey: key.publicKey,
            proof: "",
            facts: facts
        )
        enrolment.proof = try key.sign(enrolment.proofBytes)
        return enrolment
    }

    private func configuration(_ request: Request, _ response: EnrolmentResponse) -> AgentConfiguration {
        AgentConfiguration(
            server: request.server,
            node: response.node,
            site: response.site,
            patchGroup: response.patchGroup,
            activation: request.activation,
            root: request.root,
            orderKeys: request.orderKeys,
            rebootCommand: request.rebootCommand,
            bootIdentityFile: request.bootIdentityFile,
            release: request.release,
            caSHA256: request.caSHA256,
            insecureHTTP: request.insecureHTTP ? true : nil
        )
    }
}
