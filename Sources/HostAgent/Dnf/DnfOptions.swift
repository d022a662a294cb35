import AgentProtocol

/// The options by which dnf and rpm work on one root and nowhere else.
struct DnfOptions: Sendable {
    /// The root folder without a slash at its end; empty for the machine itself.
    let root: String
    /// The agent's folder for archives, output and records.
    let folder: String
    /// The release whose packages are offered, as Amazon Linux 2023 pins it; nil for the host's own.
    let release: String?

    var isMachine: Bool { root.isEmpty }
    /// Of our own: `dnf clean` by somebody else deletes the archives in the usual place.
    var archives: String { folder + "/archives" }
    /// What the last transaction said.
    var log: RunLog { RunLog(name: "dnf", path: folder + "/transaction") }
    /// What the last fetching said.
    var fetchLog: RunLog { RunLog(name: "dnf-fetch", path: folder + "/output") }
    /// What dnf told when it had fetched.
    var offer: String { folder + "/offer" }
    /// Packages whose scripts failed after they were installed: rpm does not note it.
    var failedScripts: String { folder + "/failed-scripts" }

    /// Makes the folders.
    init(root: String, folder: String, release: String?) throws(StepFailure) {
        self.root = root.hasSuffix("/") ? String(root.dropLast()) : root
        self.folder = folder
        self.release = release
        do throws(FileFailure) {
            try DurableFile.makeFolder(archives, mode: 0o755)
        } catch {
            throw StepFailure(.disk, error.description)
        }
    }

    /// What counts whatever the host is set to.
    func arguments() throws(StepFailure) -> [String] {
        let place = isMachine ? [] : ["--installroot=\(root)"] + (try plugins())
        return place + (release.map { ["--releasever=\($0)"] } ?? []) + [
            "--assumeyes", "--setopt=exit_on_lock=True", "--setopt=install_weak_deps=False",
            "--setopt=*.skip_if_unavailable=False", "--setopt=clean_requirements_on_remove=False",
            "--setopt=keepcache=True", "--setopt=destdir=\(archives)",
        ]
    }

    /// A root's plug-ins are those that it configures; dnf itself takes all that this machine has.
    private func plugins() throws(StepFailure) -> [String] {
        let folder = root + "/etc/dnf/plugins"
        do throws(FileFailure) {
            let files = try DurableFile.names(in: folder).filter { $0.hasSuffix(".conf") }
            return ["--setopt=pluginconfpath=\(folder)", "--disableplugin=*"]
                + files.map { "--enableplugin=\($0.dropLast(".conf".count))" }
        } catch {
            throw StepFailure(.unknown, error.description)
        }
    }

    /// The options of a direct call of rpm.
    var rpm: [String] { isMachine ? [] : ["--root=\(root)"] }
}
