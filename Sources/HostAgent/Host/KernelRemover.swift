import AgentProtocol

/// A package manager that can take old kernels away.
protocol KernelRemover: Sendable {
    /// Removes the packages of these kernels, and nothing else.
    ///
    /// - Parameter kernels: as `uname -r` names them.
    /// - Throws: before anything is removed, when other packages would go with them.
    func remove(kernels: [String]) async throws(StepFailure)
}

extension Apt: KernelRemover {
    private static let kernelParts = [
        "linux-image-", "linux-image-unsigned-", "linux-headers-", "linux-modules-", "linux-modules-extra-",
    ]

    func remove(kernels: [String]) async throws(StepFailure) {
        try await waitForOthers(within: .zero)
        let candidates = Set(kernels.flatMap { kernel in Self.kernelParts.map { $0 + kernel } })
        let names = try await database().map(\.state.name).filter(candidates.contains)
        guard !names.isEmpty else {
            throw StepFailure(.conflict, "no package is known that brought \(kernels.joined(separator: ", "))")
        }
        let command = ["--yes", "--quiet", "remove"] + names
        let plan = try await tool.capture("apt-get", options.arguments + ["--simulate"] + command, within: Limit.query)
        let changes = AptSimulation.changes(in: plan.output, native: architecture)
        let strange = changes.filter { $0.action != .remove || !names.contains($0.name) }
        guard plan.isSuccess, strange.isEmpty else {
            let others = strange.map(\.name).joined(separator: ", ")
            throw StepFailure(.conflict, "removing old kernels would change other packages: \(others) \(plan.tail)")
        }
        let result = try await tool.logged(
            "apt-get",
            options.arguments + command,
            log: options.log,
            within: Limit.transaction
        )
        try check(result, "apt-get remove", otherwise: .unknown)
    }
}

extension Dnf: KernelRemover {
    private static let kernelParts: Set<String> = [
        "kernel", "kernel-core", "kernel-modules", "kernel-modules-core", "kernel-modules-extra", "kernel-devel",
    ]

    func remove(kernels: [String]) async throws(StepFailure) {
        let packages = try await database().map(\.reference).filter { package in
            let version = package.version.split(separator: ":").last.map(String.init) ?? package.version
            return Self.kernelParts.contains(package.name) && kernels.contains("\(version).\(package.architecture)")
        }
        guard !packages.isEmpty else {
            throw StepFailure(.conflict, "no package is known that brought \(kernels.joined(separator: ", "))")
        }
        // rpm itself refuses what another package needs.
        let arguments = options.rpm + ["--erase"] + packages.map(Self.name)
        try await change("rpm --erase of old kernels", "rpm", arguments, waiting: .seconds(60))
    }
}
