/// Programs that patch a host by themselves, beside Ringmaster.
package struct OtherUpdaters: Sendable {
    /// By the kernel's names of them, which have at most 15 bytes.
    private static let programs: Set<String> = [
        "apt.systemd.dai", "unattended-upgr", "dnf-automatic", "dnf5-automatic", "yum-cron",
    ]
    /// Services that run as long as they patch, and no longer.
    private static let units: Set<String> = [
        "apt-daily.service", "apt-daily-upgrade.service", "dnf-automatic.service", "dnf-automatic-install.service",
        "dnf5-automatic.service",
    ]
    /// What systemd starts them by, where somebody enabled it.
    private static let wants = [
        "timers.target.wants/apt-daily-upgrade.timer", "timers.target.wants/dnf-automatic.timer",
        "timers.target.wants/dnf-automatic-install.timer", "timers.target.wants/dnf5-automatic.timer",
        "multi-user.target.wants/unattended-upgrades.service", "multi-user.target.wants/yum-cron.service",
        "multi-user.target.wants/packagekit.service",
    ]

    private let processes: ProcessTable

    package init(processes: ProcessTable = ProcessTable()) { self.processes = processes }

    /// The first that is at work, by its process.
    func atWork() -> Int32? {
        processes.ids.lazy.map { Int32(clamping: $0) }.first { id in
            if let program = processes.program(of: id), Self.programs.contains(program) {
                // One of unattended-upgrades' programs merely waits for the host's end.
                return !processes.command(of: id).contains { $0.hasSuffix("unattended-upgrade-shutdown") }
            }
            return processes.unit(of: id).map(Self.units.contains) ?? false
        }
    }

    /// The units that will start one some day such as `apt-daily-upgrade.timer`.
    ///
    /// - Parameter root: `/`, or the folder whose system is asked about.
    package func enabled(root: String) -> [String] {
        let folder = (root == "/" ? "" : root) + "/etc/systemd/system/"
        return Self.wants.filter { DurableFile.isThere(folder + $0) }.compactMap { path in
            path.split(separator: "/").last.map(String.init)
        }
    }
}
