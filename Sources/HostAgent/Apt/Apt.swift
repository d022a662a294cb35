import AgentProtocol

/// apt and dpkg, on the machine itself or on a root folder.
package struct Apt: PackageManager {
    /// Time limits of the tools.
    enum Limit {
        static let query = Duration.seconds(120)
        static let refresh = Duration.seconds(900)
        static let download = Duration.seconds(3_600)
        static let transaction = Duration.seconds(7_200)
        /// How long another package manager may be at work before the step is given up.
        static let lock = Duration.seconds(600)
    }

    let options: AptOptions
    let tool: Tool
    let architecture: String
    let platform: OSRelease
    /// The kernel that runs the root's system; nil when the root is no running system.
    private let kernel: String?
    let patience: LockPatience

    /// - Parameters:
    ///   - root: `/`, or the folder to work on.
    ///   - folder: the agent's own, for archives, options and output.
    ///   - kernel: what runs the system in the root folder; on the machine itself it is known.
    package init(
        root: String,
        folder: String,
        kernel: String? = nil,
        clock: any Clock<Duration> = QuietClock()
    ) async throws {
        options = AptOptions(root: root, folder: folder)
        platform = try OSRelease(root: root)
        architecture = try await Self.nativeArchitecture()
        try options.prepare(architecture: architecture)
        tool = Tool(options.environment, hasOwnScope: options.isMachine)
        self.kernel = kernel ?? (options.isMachine ? Boot.kernel() : nil)
        patience = LockPatience(clock: clock)
    }

    /// dpkg's name of this machine's architecture such as `amd64`.
    package static func nativeArchitecture() async throws(StepFailure) -> String {
        let result = try await Tool().capture("dpkg", ["--print-architecture"], within: Limit.query)
        guard result.isSuccess, let word = result.output.split(whereSeparator: \.isWhitespace).first else {
            throw StepFailure(.unknown, "dpkg --print-architecture failed: \(result.tail)")
        }
        return String(word)
    }

    package var logs: [RunLog] { [options.log] }

    package func refresh() async throws(StepFailure) {
        try await patience.retrying(within: Limit.lock) { () async throws(StepFailure) in
            let result = try await tool.logged(
                "apt-get",
                options.arguments + ["-q", "update"],
                log: options.log,
                within: Limit.refresh
            )
            try check(result, "apt-get update", otherwise: .repository)
        }
    }

    package func rebootRequest() throws(StepFailure) -> RebootRequest {
        do throws(FileFailure) {
            var request = try requestOfPackages()
            // Not every package of a kernel asks for the reboot that it needs.
            if let kernel, let newest = try InstalledKernels.newest(insteadOf: kernel, in: options.root + "/boot") {
                request.kernel = newest
                request.reasons.append("the kernel \(newest) is installed and \(kernel) runs")
                let package = "linux-image-\(newest)"
                if !request.packages.contains(package) { request.packages.append(package) }
            }
            return request
        } catch {
            throw StepFailure(.unknown, error.description)
        }
    }

    private func requestOfPackages() throws(FileFailure) -> RebootRequest {
        for folder in ["/run", "/var/run"] {
            let path = "\(options.root)\(folder)/reboot-required"
            let names = try DurableFile.text(path + ".pkgs") ?? ""
            let packages = Set(names.split(whereSeparator: \.isWhitespace).map(String.init)).sorted()
            guard packages.isEmpty else {
                return RebootRequest(reasons: packages.map { "\($0) asks for a reboot" }, packages: packages)
            }
            guard !Boot.exists(path) else { return RebootRequest(reasons: ["\(path) is there"], packages: []) }
        }
        return RebootRequest(reasons: [], packages: [])
    }

    // MARK: - Shared steps

    /// The package's name as apt takes and prints it: with its architecture where that is a foreign one.
    func plainName(_ name: String, _ packageArchitecture: String) -> String {
        let isNative = packageArchitecture == architecture || packageArchitecture == "all"
        return isNative ? name : "\(name):\(packageArchitecture)"
    }

    func check(_ result: Tool.Result, _ what: String, otherwise kind: FailureKind) throws(StepFailure) {
        guard !result.isSuccess else { return }
        throw complaint(result, what, otherwise: kind)
    }

    /// Of an install, by what dpkg said of these packages where it names them: a package that was broken before makes every
    /// run fail.
    func complaint(_ result: Tool.Result, about patches: [PatchReference]) -> StepFailure {
        let text = AptFailure.errors(in: result.output, about: Set(patches.map(\.name)))
        guard !text.isEmpty, let kind = AptFailure.kind(of: text) else {
            return complaint(result, "apt-get install", otherwise: .unknown)
        }
        return StepFailure(kind, "apt-get install failed, \(result.status): \(Tool.tail(of: text))")
    }

    func complaint(_ result: Tool.Result, _ what: String, otherwise kind: FailureKind) -> StepFailure {
        let text = result.output + "\n" + result.errors
        return StepFailure(AptFailure.kind(of: text) ?? kind, "\(what) failed, \(result.status): \(result.tail)")
    }
}
