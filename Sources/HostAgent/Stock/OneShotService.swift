import AgentProtocol
package import Logging

/// A one-shot agent put together from what a stock agent and the control plane's message tell it.
package struct OneShotService: Sendable {
    /// What the control plane's message says.
    package struct Request: Equatable, Sendable {
        /// The control plane's base URL.
        package var server: String
        /// Its order key in base64.
        package var orderKey: String
        /// A PEM file of certificate authorities that replaces the system's.
        package var caFile: String?
        package var insecureHTTP = false
        /// The folder that is patched.
        package var root = "/"
        package var bootIdentityFile = AgentConfiguration.defaultBootIdentityFile
        /// The release whose packages dnf offers; nil for the host's own.
        package var release: String?

        package init(server: String, orderKey: String) {
            self.server = server
            self.orderKey = orderKey
        }
    }

    /// How long another one-shot may be at work.
    private static let patience = Duration.seconds(2 * 3_600)
    private static let pause = Duration.seconds(2)

    private let state: StateFolder
    private let environment: StockEnvironment
    private let machineFile: String
    private let limits: HostLimitsFile
    private let clock: any Clock<Duration>
    private let logger: Logger

    /// - Parameters:
    ///   - machineFile: names the machine, for tests.
    ///   - limits: of the host's owner.
    package init(
        state: StateFolder,
        environment: StockEnvironment,
        machineFile: String = Machine.identityFile,
        limits: HostLimitsFile = HostLimitsFile(),
        clock: any Clock<Duration> = QuietClock(),
        logger: Logger
    ) {
        self.state = state
        self.environment = environment
        self.machineFile = machineFile
        self.limits = limits
        self.clock = clock
        self.logger = logger
    }

    /// Does what waits for this host.
    ///
    /// - Throws: ``AgentFailure`` when the host has an agent of its own, or the request is not to be trusted; as
    ///   ``OneShot/run(givenKey:)``.
    package func run(_ request: Request) async throws -> OneShot.Ending {
        _ = try HostKey.orderKey(request.orderKey)
        try state.make()
        guard let lock = try await lock() else { return .unfinished("another one-shot is still at work") }
        defer { lock.release() }
        let machine = try Machine.identity(file: machineFile)
        let configuration = try configure(request, on: machine)
        let reboots = { @Sendable (boot: any BootControl) in AskedReboot(boot) }
        let parts = try await AgentParts(of: configuration, in: state, limits: limits, logger: logger, reboots: reboots)
        guard let reboots = parts.boot as? AskedReboot else { throw AgentFailure("the host's boot cannot be told") }
        return try await HTTPControlPlane.with(
            configuration,
            signer: RoleSigner(file: environment.credentialsFile, region: environment.region),
            boot: Machine.boot(machine, parts.facts.bootID),
            watch: parts.watch,
            onContact: parts.checkIn.note,
            now: SystemClock.now
        ) { link in
            try await OneShot(parts.bench(over: link), reboots: reboots).run(givenKey: request.orderKey)
        }
    }

    // MARK: - Steps

    /// nil when the other one-shot does not end.
    private func lock() async throws -> AgentLock? {
        let timeLeft = clock.countdown(from: Self.patience)
        var isTold = false
        while true {
            // An agent of the host's own would be waited for in vain.
            _ = try known()
            if let lock = try AgentLock.ifFree(folder: state.path) { return lock }
            if !isTold { logger.info("waiting for another one-shot, which is at work on this host") }
            isTold = true
            guard timeLeft() > .zero else { return nil }
            try await clock.sleep(for: Self.pause)
        }
    }

    /// What this host was before; nil at the first start.
    private func known() throws -> AgentConfiguration? {
        guard let known = try state.configuration() else { return nil }
        guard known.isStock == true else {
            throw AgentFailure(
                """
                this host is enrolled in \(state.path) as \(known.node), with an agent of its own, and a host has one agent: \
                revoke \(known.node) and remove \(state.path), or deregister amazon-ssm-agent
                """
            )
        }
        return known
    }

    /// Keeps what the host is from now on: the order key of its first start, and everything else as it is told now.
    private func configure(_ request: Request, on machine: String?) throws -> AgentConfiguration {
        let known = try known()
        var configuration = AgentConfiguration(
            server: request.server,
            node: environment.node,
            site: "",
            patchGroup: "",
            activation: "",
            root: request.root,
            orderKeys: known?.orderKeys ?? [request.orderKey],
            bootIdentityFile: request.bootIdentityFile,
            caFile: request.caFile,
            machine: machine ?? known?.machine,
            release: request.release,
            insecureHTTP: request.insecureHTTP ? true : nil
        )
        configuration.isStock = true
        try configuration.checkExposure(logger)
        if let known, known.node != environment.node || Machine.isAnother(machine, than: known.machine) {
            logger.notice(
                "what is kept here is of another node, and is forgotten",
                metadata: ["node.id": "\(known.node)"]
            )
            try state.forgetOrders()
        }
        if configuration != known { try state.keep(configuration) }
        return configuration
    }
}
