import AgentProtocol
package import Logging

/// An enrolled agent put together from its state folder.
package struct AgentService: Sendable {
    private let state: StateFolder
    private let machineFile: String
    private let limits: HostLimitsFile
    private let logger: Logger

    /// - Parameters:
    ///   - machineFile: names the machine, for tests.
    ///   - limits: of the host's owner.
    package init(
        state: StateFolder,
        machineFile: String = Machine.identityFile,
        limits: HostLimitsFile = HostLimitsFile(),
        logger: Logger
    ) {
        self.state = state
        self.machineFile = machineFile
        self.limits = limits
        self.logger = logger
    }

    /// Runs until cancelled, or until another program was installed in this one's place; goes on as another node when the host is
    /// enrolled anew meanwhile.
    ///
    /// - Throws: ``AgentFailure`` when the host is not enrolled, or its disk was copied from one that is; ``JournalFailure`` when the journal cannot be read.
    package func run() async throws {
        while true {
            do {
                return try await serve()
            } catch is EnrolledAnew {
                logger.notice("the host was enrolled anew; going on as its new node")
            }
        }
    }

    /// The host's node is not the one that this agent has worked for.
    private struct EnrolledAnew: Error {}

    /// A control plane whose database is of before the last change of key knows the former one.
    private func offerAgain(_ keys: HostKeyring, of node: String, over link: HTTPControlPlane) async throws {
        do {
            try await keys.offerAgain(at: SystemClock.now(), node: node) { change, former in
                try await link.offer(change, signedBy: former)
                logger.notice(
                    "the control plane knew the host's former key alone, and has the present one again",
                    metadata: ["node.id": "\(node)"]
                )
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            logger.warning(
                "the host's key is not known, and could not be announced by the former one",
                metadata: ["error": "\(error)"]
            )
        }
    }

    private func serve() async throws {
        guard let configuration = try state.configuration(), configuration.isStock != true,
            let key = try HostKey.read(at: state.keyFile)
        else {
            throw AgentFailure("this host is not enrolled in \(state.path): run ringmaster-agent enrol first")
        }
        let machine = try Machine.identity(file: machineFile)
        guard !Machine.isAnother(machine, than: configuration.machine) else {
            throw AgentFailure(
                """
                \(state.path) is a copy: \(configuration.node) was enrolled on another machine and may be at work there; \
                remove \(state.path) and enrol this host as a node of its own
                """
            )
        }
        try configuration.checkExposure(logger)
        let lock = try AgentLock(folder: state.path)
        defer { lock.release() }
        let parts = try await AgentParts(of: configuration, in: state, limits: limits, logger: logger)
        logger.info(
            "agent started",
            metadata: [
                "node.id": "\(configuration.node)", "server": "\(configuration.server)",
                "root": "\(configuration.root)", "boot.id": "\(parts.facts.bootID)",
            ]
        )
        let hostKeys = HostKeyring(key, state: state)
        try await HTTPControlPlane.with(
            configuration,
            signer: hostKeys,
            boot: Machine.boot(machine, parts.facts.bootID),
            watch: parts.watch,
            onContact: parts.checkIn.note,
            now: SystemClock.now
        ) { link in
            let agent = Agent(
                parts.bench(over: link),
                onIdle: IdleMemory.release,
                isReplaced: { parts.program.isReplaced },
                upkeep: { [logger] in
                    // Of what the last answer took the next poll needs little.
                    IdleMemory.release()
                    try await hostKeys.upkeep(at: SystemClock.now(), node: configuration.node) { change in
                        try await link.offer(change)
                        logger.notice("the host has another key", metadata: ["node.id": "\(configuration.node)"])
                    }
                },
                onRefused: {
                    if let present = try state.configuration(), present.node != configuration.node {
                        throw EnrolledAnew()
                    }
                    try await offerAgain(hostKeys, of: configuration.node, over: link)
                }
            )
            try await agent.run()
        }
    }
}
