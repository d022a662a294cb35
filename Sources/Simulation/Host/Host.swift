import AgentProtocol
import HostAgent
import Time

/// A machine: packages, boots, a clock and a disk; what is really so, whatever anybody believes.
final class Host {
    unowned let world: World
    let plan: Scenario.HostPlan
    /// What its firmware says it is.
    let machine: String
    /// What it was when its agent was enrolled; on the disk.
    let enrolledMachine: String
    var node: String { plan.node }

    /// By name.
    var packages: [String: PackageState] = [:]
    /// What wants a reboot, sorted.
    var rebootPackages: [String] = []
    /// Every boot so far; the last is the current one.
    private(set) var boots: [BootFacts] = []
    private(set) var isOn = false
    var journal = SimulatedJournal()
    /// On the disk, by digest.
    var inventories: [String: Inventory] = [:]
    private(set) lazy var agent = AgentProcess(self)
    var isInstalling = false
    private(set) var isRebooting = false

    private var clockOffset = Duration.zero
    private var drift = 0.0
    /// Counts what switches it on, to know the last.
    private var switches = 0
    private var kernel = "6.1.1"

    init(_ plan: Scenario.HostPlan, _ world: World) {
        self.plan = plan
        self.world = world
        machine = plan.node
        enrolledMachine = plan.node
        if plan.isClockWrong {
            clockOffset = world.random.seconds(-900...900)
            drift = Double.random(in: -0.0005...0.0005, using: &world.random)
        }
        for name in Repository.names + [Repository.rejected] where name == "kernel" || !world.random.chance(0.2) {
            packages[name] = PackageState(
                name: name,
                architecture: "amd64",
                version: Repository.first,
                isConfigured: true,
                isHeld: world.random.chance(0.05)
            )
        }
    }

    /// Another machine with a copy of the host's disk.
    init(copyOf original: Host, machine: String) {
        (plan, world) = (original.plan, original.world)
        self.machine = machine
        enrolledMachine = original.enrolledMachine
        (packages, rebootPackages) = (original.packages, original.rebootPackages)
        (journal, inventories) = (original.journal, original.inventories)
    }

    /// What its clock shows.
    var now: Timestamp {
        let elapsed = world.now - world.scenario.start
        return world.now + clockOffset + .milliseconds(Int64(Double(elapsed.components.seconds) * drift * 1_000))
    }

    var bootFacts: BootFacts { boots.last ?? BootFacts(bootID: "none", kernel: kernel) }

    // MARK: - Power

    func boot() {
        isOn = true
        isRebooting = false
        let isOld = boots.isEmpty ? false : world.faults.strikes(.oldKernel)
        if isOld {
            if rebootPackages.contains("kernel") { world.note(.oldKernelAfterReboot) }
            rebootPackages.removeAll { $0 != "kernel" }
        } else {
            kernel = "6.1-\(packages["kernel"]?.version ?? "0")"
            rebootPackages = []
        }
        boots.append(BootFacts(bootID: "\(node)-boot-\(boots.count + 1)", kernel: kernel))
        world.tell(node, "is up in \(bootFacts.bootID)\(isOld ? ", with its old kernel" : "")")
        agent.start()
    }

    /// An orderly reboot.
    func reboot() {
        isRebooting = true
        let isSlow = world.faults.strikes(.slowBoot)
        goDown("reboots", for: isSlow ? world.random.seconds(3_600...90_000) : world.random.seconds(20...600))
        journal.synchronise()
    }

    func losePower(for duration: Duration) {
        if isInstalling { world.note(.powerCutDuringInstall) }
        goDown("loses power", for: duration)
        if journal.losePower(keeping: world.random.int(0...1)) { world.note(.tornJournal) }
    }

    private func goDown(_ how: String, for duration: Duration) {
        world.tell(node, "\(how) for \(duration.components.seconds) s")
        agent.stop()
        isOn = false
        isInstalling = false
        switchOn(after: duration)
    }

    private func switchOn(after duration: Duration) {
        switches += 1
        let number = switches
        world.schedule(after: duration) { [self] in if number == switches, !isOn { boot() } }
    }

    /// From now on nothing goes wrong with it.
    func heal() {
        journal.isFull = false
        if !isOn { switchOn(after: .seconds(60)) }
    }

    // MARK: - What is so

    func survey(_ names: [String]) -> HostSurvey {
        HostSurvey(
            packages: names.compactMap { packages[$0] },
            isConsistent: packages.values.allSatisfy(\.isConfigured),
            rebootReasons: rebootPackages.map { "\($0) asks for a reboot" },
            rebootPackages: rebootPackages,
            boot: bootFacts
        )
    }

    func inventory() -> Inventory {
        let installed = packages.keys.sorted().compactMap { packages[$0] }
        let origin = PackageOrigin(
            origin: "Debian",
            label: "Debian-Security",
            codename: "b-security",
            archive: "stable"
        )
        let updates = installed.compactMap { package -> AvailableUpdate? in
            let candidate = world.scenario.repository.candidate(of: package.name, at: world.now)
            guard candidate > package.version else { return nil }
            return AvailableUpdate(
                name: package.name,
                architecture: package.architecture,
                installedVersion: package.version,
                version: candidate,
                origins: [origin],
                priority: "important",
                section: "libs",
                downloadBytes: 1_000
            )
        }
        return Inventory(
            platform: "debian",
            platformVersion: "12",
            architecture: "amd64",
            packages: installed.map {
                InstalledPackage(name: $0.name, architecture: $0.architecture, version: $0.version, isHeld: $0.isHeld)
            },
            updates: updates,
            newcomers: [],
            indexes: [PackageIndex(origin: origin, date: nil, digest: "0")],
            rebootReasons: rebootPackages.map { "\($0) asks for a reboot" }
        )
    }

    // MARK: - The package manager

    func unpack(_ name: String, _ version: String) {
        packages[name]?.version = version
        packages[name]?.isConfigured = false
    }

    /// - Returns: whether there was something to complete.
    func configure(_ name: String) -> Bool {
        guard packages[name]?.isConfigured == false else { return false }
        packages[name]?.isConfigured = true
        if ["kernel", "lib"].contains(name), !rebootPackages.contains(name) {
            rebootPackages = (rebootPackages + [name]).sorted()
        }
        return true
    }
}
