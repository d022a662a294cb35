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
        if let caFile = request.caFile, try DurableFile.text(caFile) == nil {
            throw AgentFailure("there is no file \(caFile) of certificate authorities")
        }
        if !HostSystem.isWindows {
            _ = try Boot(identityFile: request.bootIdentityFile, command: request.rebootCommand).current()
        }
        try state.make()
        let key = try HostKey.readOrMake(at: state.keyFile)
        let response = try await HTTPControlPlane.enrol(
            try await signed(request, key),
            server: request.server,
            caFile: request.caFile
        )
        var configuration = configuration(request, response)
        configuration.machine = try Machine.identity()
        try state.keep(configuration)
        return configuration
    }

    // MARK: - Steps

    /// The options that say something else than the configuration does, in words.
    private static func differences(between known: AgentConfiguration, and request: Request) -> [String] {
        let options: [(name: String, known: String, asked: String)] = [
            ("--server", known.server, request.server),
            ("--activation", known.activation, request.activation),
            ("--order-key", known.orderKeys.joined(separator: " "), request.orderKeys.joined(separator: " ")),
            ("--root", known.root, request.root),
            ("--ca-file", known.caFile ?? "none", request.caFile ?? "none"),
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
            caFile: request.caFile,
            release: request.release
        )
    }
}
