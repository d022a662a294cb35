import AgentProtocol

/// Whether and why the host wants a reboot.
extension Dnf {
    /// Whose updates reach nobody before a reboot: those of dnf's needs-restarting, without the kernel, and the libraries of TLS.
    private static let core = [
        "dbus", "dbus-broker", "dbus-daemon", "glibc", "gnutls", "linux-firmware", "microcode_ctl", "openssl-libs",
        "systemd",
    ]

    package func rebootRequest() async throws(StepFailure) -> RebootRequest {
        guard let running = try running?() else { return RebootRequest(reasons: [], packages: []) }
        let updated = newest(try await database(Self.core)).filter { $0.installedAt > running.since }.map(\.reference)
        var request = RebootRequest(
            reasons: updated.map { "\($0.name) \($0.version) was installed after the boot" },
            packages: Set(updated.map(\.name)).sorted()
        )
        do throws(FileFailure) {
            guard let newest = try InstalledKernels.newest(insteadOf: running.kernel, in: options.root + "/boot") else {
                return request
            }
            request.kernel = newest
            request.reasons.append("the kernel \(newest) is installed and \(running.kernel) runs")
            request.packages += ["kernel", "kernel-core"]
            return request
        } catch {
            throw StepFailure(.unknown, error.description)
        }
    }

    /// The kernel that runs, and since when by the present clock.
    @Sendable static func thisMachine() throws(StepFailure) -> Running {
        Running(kernel: Boot.kernel(), since: try ProcessTable().bootTime())
    }
}
