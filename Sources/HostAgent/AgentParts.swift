import AgentProtocol
import Logging

/// What an agent consists of besides its link, put together from its state folder.
struct AgentParts: Sendable {
    /// How the host is booted.
    let boot: any BootControl
    let facts: BootFacts
    let keyring: OrderKeyring
    let inventories: InventoryStore
    let outputs: OutputStore
    let watch = ClockWatch()
    let ledger: Ledger
    let executor: HostExecutor
    let program: ProgramFile
    let checkIn: CheckIn
    private let state: StateFolder
    private let logger: Logger

    /// - Parameter reboots: how the host gets into its next boot, given how it does by itself.
    init(
        of configuration: AgentConfiguration,
        in state: StateFolder,
        limits: HostLimitsFile,
        logger: Logger,
        reboots: (any BootControl) -> any BootControl = { $0 }
    ) async throws {
        (self.state, self.logger) = (state, logger)
        let (ownBoot, conditions) = try HostPackages.machine(configuration, folder: state.packageFolder)
        boot = reboots(ownBoot)
        facts = try await boot.current()
        keyring = try OrderKeyring(file: state.orderKeyFile, enrolled: configuration.orderKeys)
        inventories = try InventoryStore(folder: state.inventoryFolder)
        outputs = try OutputStore(folder: state.outputFolder)
        let packages = try await HostPackages.manager(
            root: configuration.root,
            folder: state.packageFolder,
            release: configuration.release
        )
        ledger = Ledger(
            file: FramedFile(path: state.journalFile),
            gate: OrderGate(node: configuration.node, keys: keyring.keys),
            host: { [watch] in
                HostGuard(limits: limits.result, clockOff: watch.offset(ofWall: SystemClock.now()))
            },
            now: SystemClock.now
        )
        executor = HostExecutor(
            packages: packages,
            inventories: inventories,
            outputs: outputs,
            boot: boot,
            conditions: conditions,
            steps: StepRunner(folder: state.stepFolder, root: configuration.root),
            updaters: configuration.root == "/" ? OtherUpdaters() : nil,
            limits: limits.read,
            logger: logger
        )
        program = try ProgramFile()
        checkIn = CheckIn(file: state.checkInFile, identity: program.identity, logger: logger)
    }

    func bench(over link: any ControlPlaneLink) -> Workbench {
        Workbench(
            ledger: ledger,
            link: link,
            executor: executor,
            inventories: inventories,
            outputs: outputs,
            keyring: keyring,
            repairs: RepairStore(folder: state.repairFolder),
            workLock: WorkLock(path: state.workLockFile),
            logger: logger
        )
    }
}
