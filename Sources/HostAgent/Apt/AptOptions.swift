import AgentProtocol

/// The configuration files by which apt and dpkg work on one root and nowhere else.
struct AptOptions: Sendable {
    /// The root folder without a slash at its end; empty for the machine itself.
    let root: String
    /// The agent's folder for archives, options and output.
    let folder: String

    var isMachine: Bool { root.isEmpty }
    var statusFolder: String { root + "/var/lib/dpkg" }
    var listsFolder: String { root + "/var/lib/apt/lists" }
    /// Of our own: an `apt-get update` or `clean` by somebody else may delete the archives in the usual place.
    var archives: String { folder + "/archives" }
    var log: RunLog { RunLog(name: "apt", path: folder + "/output") }

    private var firstFile: String { folder + "/apt-first.conf" }
    private var lastFile: String { folder + "/apt-last.conf" }

    init(root: String, folder: String) {
        self.root = root.hasSuffix("/") ? String(root.dropLast()) : root
        self.folder = folder
    }

    /// Writes the files and makes the folders.
    func prepare(architecture: String) throws(StepFailure) {
        do throws(FileFailure) {
            try DurableFile.makeFolder(archives + "/partial", mode: 0o755)
            for (path, text) in [(firstFile, first(architecture)), (lastFile, last)]
            where try DurableFile.text(path) != text {
                try DurableFile.write(Array(text.utf8), to: path, mode: 0o644)
            }
        } catch {
            throw StepFailure(.disk, error.description)
        }
    }

    /// Read before the root's own apt configuration: says where that is.
    var environment: [String: String] { isMachine ? [:] : ["APT_CONFIG": firstFile] }

    /// Read after it: what counts whatever the host is set to.
    var arguments: [String] { ["-c=\(lastFile)"] }

    /// The options of a direct call of dpkg.
    var dpkg: [String] {
        let scripts = hasShell ? [] : ["--force-script-chrootless"]
        return isMachine ? [] : ["--root=\(root)", "--log=\(root)/var/log/dpkg.log"] + scripts
    }

    // MARK: - Content

    /// A root with a shell of its own runs its packages' scripts inside itself; one without has them run outside, with
    /// `DPKG_ROOT` naming it.
    private var hasShell: Bool {
        [root + "/bin/sh", root + "/usr/bin/sh"].contains { Boot.exists($0) }
    }

    private func first(_ architecture: String) -> String {
        guard !isMachine else { return "" }
        return """
            Dir "\(root)";
            Dir::State::status "\(statusFolder)/status";
            DPkg::Options { \(dpkg.map { "\"\($0)\"; " }.joined())};
            APT::Architecture "\(architecture)";
            Acquire::Languages "none";
            APT::Sandbox::User "root";

            """
    }

    private var last: String {
        // A root's hooks are meant for the system inside it and would run on this machine.
        let hooks = [
            "DPkg::Pre-Invoke", "DPkg::Post-Invoke", "DPkg::Pre-Install-Pkgs", "APT::Update::Pre-Invoke",
            "APT::Update::Post-Invoke", "APT::Update::Post-Invoke-Success",
        ]
        return """
            \(isMachine ? "" : hooks.map { "#clear \($0);\n" }.joined())Dir::Cache::archives "\(archives)/";
            Dir::Cache::pkgcache "\(folder)/pkgcache.bin";
            Dir::Cache::srcpkgcache "";
            APT::Update::Error-Mode "any";
            APT::Get::Show-User-Simulation-Note "false";
            APT::Install-Recommends "false";
            APT::Get::AutomaticRemove "false";
            APT::Get::AllowUnauthenticated "false";
            Acquire::AllowInsecureRepositories "false";
            Acquire::AllowWeakRepositories "false";
            Acquire::AllowDowngradeToInsecureRepositories "false";
            Acquire::Retries "3";
            DPkg::Lock::Timeout "600";
            DPkg::StopOnError "false";
            DPkg::Use-Pty "0";
            Dpkg::Options { "--force-confdef"; "--force-confold"; };

            """
    }
}
