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
    /// is enrolled with this server and activation already is left as it is.
    package func enrol(_ request: Request) async throws -> AgentConfiguration {
        if let known = try state.configuration() {
            guard known.server == request.server, known.activation == request.activation else {
                throw EnrolmentFailure(
                    """
                    this host is enrolled as \(known.node) with \(known.server) already; to enrol it anew remove \
                    \(state.path)
                    """
                )
            }
            return known
        }
        for key in request.orderKeys { _ = try HostKey.orderKey(key) }
        guard !request.orderKeys.isEmpty else { throw EnrolmentFailure("no order key: give --order-key BASE64") }
        if let caFile = request.caFile, try DurableFile.text(caFile) == nil {
            throw EnrolmentFailure("there is no file \(caFile) of certificate authorities")
        }
        _ = try Boot(identityFile: request.bootIdentityFile, command: request.rebootCommand).current()
        try state.make()
        let key = try HostKey.readOrMake(at: state.keyFile)
        let response = try await HTTPControlPlane.enrol(
            try await signed(request, key),
            server: request.server,
            caFile: request.caFile
        )
        let configuration = configuration(request, response)
        try state.keep(configuration)
        return configuration
    }

    // MARK: - Steps

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
            caFile: request.caFile
        )
    }
}
