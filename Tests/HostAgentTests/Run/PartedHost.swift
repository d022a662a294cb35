import AgentProtocol
import HostAgent

/// A host in memory of whose patches some are broken, and on which a kill may come with every effect.
struct PartedHost {
    /// What a package manager does with the others of a transaction when one of them fails.
    enum Manners: CaseIterable {
        /// As dnf: nothing is changed.
        case allOrNothing
        /// As apt: the others are installed, the broken one stays half configured.
        case goesOn
        /// It stops there, and what was unpacked waits for a repair.
        case stops
    }

    let patches: [PatchReference]
    let broken: Set<String>
    /// By name, what a patch needs of the others.
    let needs: [String: String]
    /// By name, the new package that comes with a patch.
    let newcomers: [String: PatchReference]
    let manners: Manners
    /// Whether it wants a reboot as soon as something is installed.
    var asksForReboot = false
    private(set) var packages: [String: PackageState] = [:]
    private(set) var transactions = 0
    private(set) var kills: Int
    private var random: SplitMix64

    /// - Parameter manners: nil for those that the seed gives it.
    init(seed: UInt64, manners: Manners? = nil) {
        var random = SplitMix64(seed: seed)
        let count = Int.random(in: 1...32, using: &random)
        patches = (0..<count).map { Orders.patch("package-\($0)", "2.0") }
        broken = Set(patches.shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random)).map(\.name))
        var needs: [String: String] = [:]
        // Of others behind it only, so that nothing goes round in circles.
        for index in 0..<count where index + 1 < count && random.oneIn(6) {
            needs[patches[index].name] = patches[Int.random(in: (index + 1)..<count, using: &random)].name
        }
        self.needs = needs
        let own = Manners.allCases[Int.random(in: 0..<Manners.allCases.count, using: &random)]
        self.manners = manners ?? own
        kills = Int.random(in: 0...2, using: &random)
        var newcomers: [String: PatchReference] = [:]
        for patch in patches where random.oneIn(3) { newcomers[patch.name] = Orders.patch("new-\(patch.name)", "2.0") }
        self.newcomers = newcomers
        self.random = random
        for patch in patches {
            packages[patch.name] = PackageState(
                name: patch.name,
                architecture: patch.architecture,
                version: "1.0",
                isConfigured: true,
                isHeld: false
            )
        }
    }

    func order(reboot: Order.RebootPolicy) -> Order {
        Orders.install(patches, newcomers: newcomers.values.sorted { $0.name < $1.name }, reboot: reboot)
    }

    /// The patch with all that it needs.
    func closure(_ name: String) -> [String] { [name] + (needs[name].map(closure) ?? []) }

    func isSound(_ name: String) -> Bool { broken.isDisjoint(with: closure(name)) }

    mutating func isKilled() -> Bool {
        guard kills > 0, random.oneIn(8) else { return false }
        kills -= 1
        return true
    }

    /// nil when the agent is killed in the middle of it.
    mutating func perform(_ effect: HostRunEffect) -> HostRunOutcome? {
        switch effect {
        case .refresh: return .refreshed
        case .survey: return .surveyed(survey)
        case .simulate(let patches): return .simulated(changes(patches))
        case .download: return .downloaded
        case .repair: return repair()
        case .install(let patches): return install(patches)
        case .scan: return .scanned(inventory: "digest", survey)
        case .inspect: return .inspected(HostCondition())
        case .sift, .settle, .runStep, .reboot: return .failed(StepFailure(.unknown, "not expected"))
        }
    }

    // MARK: - Steps

    private var survey: HostSurvey {
        HostSurvey(
            packages: packages.values.sorted { $0.name < $1.name },
            isConsistent: packages.values.allSatisfy(\.isConfigured),
            rebootReasons: asksForReboot && packages.values.contains { $0.version == "2.0" } ? ["an update"] : [],
            rebootPackages: [],
            boot: BootFacts(bootID: "one", kernel: "6.1")
        )
    }

    private func changes(_ patches: [PatchReference]) -> [PlannedChange] {
        names(patches).filter { packages[$0]?.version != "2.0" }.map {
            PlannedChange(.install, name: $0, architecture: "all", from: packages[$0]?.version, to: "2.0")
        }
    }

    /// What a transaction for the patches is about.
    private func names(_ patches: [PatchReference]) -> [String] {
        let needed = Set(patches.flatMap { closure($0.name) })
        return needed.union(needed.compactMap { newcomers[$0]?.name }).sorted()
    }

    private mutating func install(_ patches: [PatchReference]) -> HostRunOutcome? {
        transactions += 1
        let names = names(patches)
        let failing = names.filter(broken.contains)
        if manners == .allOrNothing, !failing.isEmpty {
            return isKilled() ? nil : .transacted(complaint: StepFailure(.conflict, "\(failing[0]) is broken"))
        }
        for name in names {
            if isKilled() { return nil }
            let isSound = isSound(name)
            packages[name] = PackageState(
                name: name,
                architecture: "all",
                version: "2.0",
                isConfigured: isSound,
                isHeld: false
            )
            if manners == .stops, broken.contains(name) { break }
        }
        return .transacted(complaint: failing.first.map { StepFailure(.script, "\($0) is broken") })
    }

    /// Configures what can be configured.
    private mutating func repair() -> HostRunOutcome? {
        if isKilled() { return nil }
        for name in packages.keys where packages[name]?.version == "2.0" {
            let isSound = isSound(name)
            packages[name]?.isConfigured = isSound
        }
        return survey.isConsistent ? .repaired : .failed(StepFailure(.script, "something is broken"))
    }
}
