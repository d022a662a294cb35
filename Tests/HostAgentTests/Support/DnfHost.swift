import AgentProtocol
import Foundation
import HostAgent
import Subprocess
import Testing

/// A real host in a folder: its own rpm database, real dnf and rpm on it, and two repositories.
struct DnfHost: PatchedHost {
    enum Repository: String, CaseIterable { case base, updates }

    let folder: TemporaryFolder
    private(set) var dnf: Dnf
    let inventories: InventoryStore
    let outputs: OutputStore
    let signer = OrderSigner()

    var manager: any PackageManager { dnf }
    var root: String { folder.path + "/root" }
    var archives: String { folder.path + "/agent/packages/archives" }
    var bootIdentityFile: String { folder.path + "/boot_id" }

    /// - Parameters:
    ///   - installed: on the host and in the base repository from the start.
    ///   - updates: in the other repository, with the notices.
    ///   - configuration: more lines of dnf.conf.
    init(
        installed: [RPMPackage],
        updates: [RPMPackage] = [],
        notices: [RPMNotice] = [],
        configuration: String = "",
        release: String? = nil,
        running: (@Sendable () throws(StepFailure) -> Dnf.Running)? = nil
    ) async throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        let root = folder.path + "/root"
        try Self.write("ID=\"amzn\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"2023\"\n", to: root + "/etc/os-release")
        try Self.write("[main]\ngpgcheck=0\n\(configuration)\n", to: root + "/etc/dnf/dnf.conf")
        for repository in Repository.allCases {
            let name = repository.rawValue
            let text = "[\(name)]\nname=Acme \(name)\nbaseurl=file://\(folder.path)/\(name)\nskip_if_unavailable=1\n"
            try Self.write(text, to: "\(root)/etc/yum.repos.d/\(name).repo")
        }
        try Self.write("boot-1", to: folder.path + "/boot_id")
        try FileManager.default.createDirectory(atPath: root + "/boot", withIntermediateDirectories: true)
        dnf = try await Dnf(
            root: root,
            folder: folder.path + "/agent/packages",
            release: release,
            running: running,
            clock: InstantClock()
        )
        inventories = try InventoryStore(folder: folder.path + "/agent/inventories")
        outputs = try OutputStore(folder: folder.path + "/agent/outputs")
        try await publish(installed, in: .base)
        try await publish(updates, notices, in: .updates)
        if !installed.isEmpty {
            try await rpm(["-i", "--nodeps"] + installed.map { "\(folder.path)/base/\($0.fileName)" })
        }
    }

    /// What the agent kept in memory is gone.
    mutating func restartAgent() async throws {
        dnf = try await Dnf(root: root, folder: folder.path + "/agent/packages", clock: InstantClock())
    }

    /// Builds the packages into the repository, and gives it these notices alone.
    func publish(_ packages: [RPMPackage], _ notices: [RPMNotice] = [], in repository: Repository) async throws {
        let path = "\(folder.path)/\(repository.rawValue)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        var specs: [String] = []
        for package in packages {
            specs.append("\(folder.path)/specs/\(package.fileName).spec")
            try Self.write(package.spec, to: specs[specs.count - 1])
        }
        if !specs.isEmpty {
            let macros = [
                "_topdir \(folder.path)/build", "_rpmdir \(path)",
                "_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm",
            ]
            try await tool("rpmbuild", ["-bb", "--quiet"] + macros.flatMap { ["--define", $0] } + specs)
        }
        try await tool("createrepo_c", ["--quiet", "--no-database", path])
        guard !notices.isEmpty else { return }
        let text = "<?xml version=\"1.0\"?>\n<updates>\n\(notices.map(\.xml).joined(separator: "\n"))\n</updates>\n"
        try Self.write(text, to: folder.path + "/updateinfo.xml")
        try await tool("modifyrepo_c", [folder.path + "/updateinfo.xml", path + "/repodata"])
    }

    /// Takes a package out of the repository without telling its metadata, as a mirror does in the middle of its work.
    func withdraw(_ package: RPMPackage, from repository: Repository) throws {
        try FileManager.default.removeItem(atPath: "\(folder.path)/\(repository.rawValue)/\(package.fileName)")
    }

    /// `name version` of all that is installed, sorted.
    func installed() async throws -> [String] {
        let format = "%{NAME} %|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\\n"
        return try await rpm(["-qa", "--qf", format]).split(separator: "\n").map(String.init).sorted()
    }

    /// Runs rpm on this root.
    @discardableResult
    func rpm(_ arguments: [String]) async throws -> String { try await tool("rpm", ["--root", root] + arguments) }

    /// Runs dnf on this root as a person does.
    @discardableResult
    func person(_ arguments: [String]) async throws -> String {
        let options = ["--installroot=\(root)", "--noplugins", "-y"]
        return try await tool("dnf", options + arguments)
    }

    // MARK: - Steps

    static func write(_ text: String, to path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    @discardableResult
    private func tool(_ name: String, _ arguments: [String]) async throws -> String {
        let result = try await Subprocess.run(
            .name(name),
            arguments: Arguments(arguments),
            // The agent's tools have this home too, where some systems keep rpm's database.
            environment: .inherit.updating(["LC_ALL": "C", "TZ": "UTC", "HOME": "/root"]),
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20)
        )
        try #require(
            result.terminationStatus.isSuccess,
            "\(name) \(arguments.joined(separator: " ")): \(result.standardError) \(result.standardOutput)"
        )
        return result.standardOutput
    }
}
