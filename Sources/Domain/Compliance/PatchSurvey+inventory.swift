extension PatchSurvey {
    /// What an inventory says of a host's patches.
    ///
    /// It names no archives of what is installed, so that on apt a rule that asks for a security archive or for a priority approves
    /// nothing that is there: it is other.
    package init(_ inventory: HostInventory, operation: Operation) {
        let held = inventory.installed.filter(\.isHeld).map { ($0.patch.name, PatchObstacle.held) }
        self.init(
            installed: inventory.installed.map { inventory.candidate($0.patch) },
            available: inventory.upgrades.map(inventory.candidate),
            awaitingReboot: inventory.awaitingReboot,
            obstacles: Dictionary(held) { first, _ in first },
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
