package import Time

extension PatchSurvey {
    /// What an inventory says of a host's patches.
    package init(_ inventory: HostInventory, by baseline: Baseline, at now: Timestamp, operation: Operation) {
        let available = inventory.upgrades.map(inventory.candidate)
        // What is broken at the version that is on offer is not there.
        let offered = Set(available.map(\.patch))
        let installed = inventory.installed.filter { !$0.isBroken || !offered.contains($0.patch) }
        self.init(
            installed: installed.map(inventory.candidate),
            available: available,
            awaitingReboot: inventory.awaitingReboot,
            obstacles: baseline.obstacles(in: inventory, at: now),
            operation: operation
        )
    }
}

extension HostInventory {
    /// The installed packages that the reasons for a reboot name, by themselves or as the kernel that does not run yet.
    fileprivate var awaitingReboot: Set<String> {
        let words = rebootReasons.flatMap { $0.split(separator: " ").map(String.init) }
        let names = Set(words + words.map { "linux-image-\($0)" })
        return names.intersection(installed.map(\.patch.name))
    }
}
