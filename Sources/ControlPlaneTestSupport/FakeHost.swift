package import AgentProtocol
package import Time

/// A host as far as its agent can see it.
package struct FakeHost: Equatable, Sendable {
    /// An installed package and what the archives offer.
    package struct Package: Equatable, Sendable {
        package var name: String
        package var version: String
        /// nil when the installed version is the newest.
        package var offered: String?
        package var isSecurity = true
        package var priority = "optional"
        package var isHeld = false
        package var wantsReboot = false
        /// A package that its update needs and the host does not have.
        package var newcomer: Newcomer?

        package init(
            _ name: String,
            _ version: String,
            to offered: String? = nil,
            isSecurity: Bool = true,
            priority: String = "optional",
            isHeld: Bool = false,
            wantsReboot: Bool = false,
            bringing newcomer: String? = nil
        ) {
            self.name = name
            self.version = version
            self.offered = offered
            self.isSecurity = isSecurity
            self.priority = priority
            self.isHeld = isHeld
            self.wantsReboot = wantsReboot
            self.newcomer = newcomer.map { name in
                let origins = [Self.origin(isSecurity: isSecurity)]
                return Newcomer(name: name, architecture: "amd64", version: offered ?? version, origins: origins)
            }
        }
    }

    package var name: String
    package var platform = Platform.debian
    package var packages: [Package]
    /// Whether any repository was reached.
    package var hasIndexes = true
    /// When the index of the security archive was made.
    package var indexDate: Timestamp?
    package var boot = 1
    package var rebootReasons: [String] = []
    /// The steps of documents that end with exit code 1.
    package var failingSteps: Set<String> = []

    package init(name: String, platform: Platform = .debian, packages: [Package] = FakeHost.packages) {
        self.name = name
        self.platform = platform
        self.packages = packages
    }

    /// Of each kind one: critical, high, with a reboot, not security, rejected, and one that is up to date.
    package static let packages = [
        Package("acme-docs", "1.0", to: "1.1", isSecurity: false),
        Package("acme-kernel", "6.1.1", to: "6.1.2", wantsReboot: true, bringing: "acme-kernel-image-2"),
        Package("acme-legacy", "0.9", to: "1.0"),
        Package("acme-tls", "3.0.1", to: "3.0.2", priority: "required"),
        Package("acme-web", "2.4"),
    ]

    package var facts: HostFacts {
        HostFacts(hostname: name, platform: "debian", platformVersion: "12", architecture: "amd64", agentVersion: "1.0")
    }

    package var bootFacts: BootFacts { BootFacts(bootID: "\(name)-boot-\(boot)", kernel: "6.1.0") }

    package var inventory: Inventory { platform.telling(debian) }

    private var debian: Inventory {
        Inventory(
            platform: "debian",
            platformVersion: "12",
            architecture: "amd64",
            packages: packages.map { package in
                InstalledPackage(
                    name: package.name,
                    architecture: "amd64",
                    version: package.version,
                    isHeld: package.isHeld
                )
            },
            updates: packages.compactMap(\.update),
            newcomers: packages.filter { $0.offered != nil }.compactMap(\.newcomer),
            indexes: hasIndexes
                ? [PackageIndex(origin: Package.origin(isSecurity: true), date: indexDate, digest: "0")] : [],
            rebootReasons: rebootReasons
        )
    }

    /// Installs the patches whose packages are there.
    package mutating func install(_ patches: [PatchReference]) -> [PatchResult] {
        patches.map { patch in
            guard let index = packages.firstIndex(where: { $0.name == patch.name }) else {
                return PatchResult(patch: patch, state: .notApplicable, versionBefore: nil, versionAfter: nil)
            }
            let before = packages[index].version
            guard packages[index].offered == patch.version else {
                let state: PatchResult.State = before == patch.version ? .alreadyInstalled : .failed
                return PatchResult(patch: patch, state: state, versionBefore: before, versionAfter: before)
            }
            packages[index].version = patch.version
            packages[index].offered = nil
            if packages[index].wantsReboot { rebootReasons.append("\(patch.name) asks for a reboot") }
            return PatchResult(patch: patch, state: .installed, versionBefore: before, versionAfter: patch.version)
        }
    }

    package mutating func reboot() {
        boot += 1
        rebootReasons = []
    }
}

extension FakeHost.Package {
    fileprivate var update: AvailableUpdate? {
        offered.map { version in
            AvailableUpdate(
                name: name,
                architecture: "amd64",
                installedVersion: self.version,
                version: version,
                origins: [Self.origin(isSecurity: isSecurity)],
                priority: priority,
                section: "misc",
                downloadBytes: 1_000
            )
        }
    }

    fileprivate static func origin(isSecurity: Bool) -> PackageOrigin {
        isSecurity
            ? PackageOrigin(
                origin: "Debian",
                label: "Debian-Security",
                codename: "bookworm-security",
                archive: "stable-security"
            ) : PackageOrigin(origin: "Debian", label: "Debian", codename: "bookworm", archive: "stable")
    }
}

extension FakeHost {
    /// What comes of hooks that all go well.
    ///
    /// - Parameter isBack: whether the host has rebooted.
    package func run(_ hooks: Order.Hooks, isBack: Bool) -> [StepResult] {
        Order.Hook.allCases.filter { $0 != .afterReboot || isBack }.flatMap { hook in
            (hooks[hook]?.steps ?? []).map { run($0, of: hook) }
        }
    }

    /// What comes of a step of an order's document.
    package func run(_ step: Order.Step, of hook: Order.Hook? = nil) -> StepResult {
        let hasFailed = failingSteps.contains(step.name)
        return StepResult(
            hook: hook,
            name: step.name,
            state: hasFailed ? .failed : .succeeded,
            exitCode: hasFailed ? 1 : 0,
            milliseconds: 20,
            attempts: 1,
            output: "\(step.name) on \(name)"
        )
    }
}
