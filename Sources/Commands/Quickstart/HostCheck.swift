/// What the quickstart finds out about a host of its fleet once the cycle is over, and what it should have found.
package struct HostCheck: Sendable {
    /// A package at the version that it should have at the end.
    package struct Expectation: Equatable, Sendable {
        package var package: String
        package var version: String
        /// Whether the cycle had to install it; then dpkg did so exactly once.
        package var isUpdated: Bool

        package init(package: String, version: String, isUpdated: Bool) {
            self.package = package
            self.version = version
            self.isUpdated = isUpdated
        }
    }

    package var expectations: [Expectation]
    package var wantsReboot: Bool
    /// As the control plane says it; nil when it does not know the host.
    package var compliance: String?
    /// Versions by package.
    package var installed: [String: String]
    /// How often dpkg installed the expected version, by package.
    package var installations: [String: Int]
    package var hasRebooted: Bool
    /// What `dpkg --audit` finds wrong.
    package var audit: String

    package init(
        expectations: [Expectation],
        wantsReboot: Bool,
        compliance: String?,
        installed: [String: String],
        installations: [String: Int],
        hasRebooted: Bool,
        audit: String
    ) {
        self.expectations = expectations
        self.wantsReboot = wantsReboot
        self.compliance = compliance
        self.installed = installed
        self.installations = installations
        self.hasRebooted = hasRebooted
        self.audit = audit
    }

    /// A sentence for each thing that is not as it should be; none when all is well.
    package var faults: [String] {
        var faults = expectations.flatMap(faults)
        if compliance != "COMPLIANT" { faults.append("it is \(compliance ?? "not known"), not COMPLIANT") }
        if wantsReboot, !hasRebooted { faults.append("it should have rebooted and did not") }
        if !wantsReboot, hasRebooted { faults.append("it rebooted and should not have") }
        if !audit.isEmpty { faults.append("dpkg finds fault: \(audit)") }
        return faults
    }

    private func faults(_ expectation: Expectation) -> [String] {
        let name = expectation.package
        guard let version = installed[name] else { return ["\(name) is not installed any more"] }
        guard version == expectation.version else {
            let wanted = expectation.isUpdated ? "updated to" : "left at"
            return ["\(name) is at \(version) and should have been \(wanted) \(expectation.version)"]
        }
        let count = installations[name] ?? 0
        guard expectation.isUpdated, count != 1 else { return [] }
        return ["\(name) \(version) was installed \(count) times, not once"]
    }
}
