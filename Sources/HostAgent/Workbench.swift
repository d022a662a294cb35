package import Logging
package import Time

/// What every agent works with, however it comes by its orders.
package struct Workbench: Sendable {
    let ledger: Ledger
    let link: any ControlPlaneLink
    let keyring: OrderKeyring
    let work: OrderWork
    let sender: ReportSender
    let repairs: RepairDesk?
    let now: @Sendable () -> Timestamp
    let clock: any Clock<Duration>
    let logger: Logger
    private let inventories: InventoryStore

    /// - Parameters:
    ///   - keyring: learns of new order keys.
    ///   - repairs: of the doctor, to be told of; nil for an agent without one.
    ///   - workLock: held while an order is carried out; nil where nobody else works on the host.
    package init(
        ledger: Ledger,
        link: any ControlPlaneLink,
        executor: any HostRunExecutor,
        inventories: InventoryStore,
        outputs: OutputStore? = nil,
        keyring: OrderKeyring,
        repairs: RepairStore? = nil,
        workLock: WorkLock? = nil,
        now: @escaping @Sendable () -> Timestamp = SystemClock.now,
        clock: any Clock<Duration> = QuietClock(),
        logger: Logger
    ) {
        self.ledger = ledger
        self.link = link
        self.keyring = keyring
        self.inventories = inventories
        self.repairs = repairs.map { RepairDesk(store: $0, link: link, logger: logger) }
        self.now = now
        self.clock = clock
        self.logger = logger
        work = OrderWork(
            ledger: ledger,
            link: link,
            executor: executor,
            keyring: keyring,
            workLock: workLock,
            now: now,
            clock: clock,
            logger: logger
        )
        sender = ReportSender(
            ledger: ledger,
            link: link,
            inventories: inventories,
            outputs: outputs,
            clock: clock,
            logger: logger
        )
    }

    /// Removes the inventories that no report needs any more.
    func sweep() async {
        do throws(FileFailure) {
            try inventories.sweep(keeping: await ledger.inventories)
        } catch {
            logger.warning("old inventories stay", metadata: ["error": "\(error)"])
        }
    }
}
