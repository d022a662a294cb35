import Foundation

/// A small host in a folder: a root with its own dpkg database, a boot identity, and a command that reboots it.
package struct HostRoot: Sendable {
    package let name: String
    /// The folder that holds everything of the host; absolute.
    package let folder: String

    /// The host's file system: what an agent gets as `--root`.
    package var root: String { folder + "/root" }
    /// What an agent gets as `--boot-identity`.
    package var bootIdentityFile: String { folder + "/boot_id" }
    /// What an agent gets as `--reboot-command`.
    ///
    /// It gives the host a new boot identity, empties its /run and kills the process that called it: its agent. Who
    /// supervises the agent starts it again, as init does after a boot.
    package var rebootCommand: [String] { [folder + "/reboot"] }

    /// Makes the host and installs the packages on it.
    package static func create(
        in folder: String,
        name: String,
        repository: LocalRepository,
        packages: [LocalPackage]
    ) async throws -> HostRoot {
        let host = HostRoot(name: name, folder: folder)
        try host.makeFileSystem(sources: repository.sources)
        try host.makeBoot()
        var archives: [String] = []
        for package in packages { archives.append(try await repository.build(package)) }
        if !archives.isEmpty { _ = try await host.dpkg(["--force-unsafe-io", "--install"] + archives) }
        return host
    }

    /// Versions by package name, of the packages that are installed and configured.
    package func installedVersions() async throws -> [String: String] {
        let format = "${Package}\t${Version}\t${db:Status-Status}\n"
        let text = try await Tool.run("dpkg-query", ["--admindir=\(root)/var/lib/dpkg", "-W", "-f", format])
        var versions: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            if fields.count == 3, fields[2] == "installed" { versions[String(fields[0])] = String(fields[1]) }
        }
        return versions
    }

    /// How often dpkg.log says that this version of the package reached the state `installed`.
    package func installations(of package: String, version: String) throws -> Int {
        let log = try String(contentsOfFile: "\(root)/var/log/dpkg.log", encoding: .utf8)
        return log.split(separator: "\n").count { line in
            let words = line.split(separator: " ")
            return words.count == 6 && words[2] == "status" && words[3] == "installed"
                && words[4].split(separator: ":").first == package[...] && words[5] == version[...]
        }
    }

    /// What `dpkg --audit` finds wrong; empty when nothing is.
    package func audit() async throws -> String { try await dpkg(["--audit"]) }

    /// Runs dpkg on this root.
    package func dpkg(_ arguments: [String], input: String = "") async throws -> String {
        let options = ["--root=\(root)", "--force-script-chrootless", "--log=\(root)/var/log/dpkg.log"]
        return try await Tool.run("dpkg", options + arguments, input: input)
    }

    // MARK: - Steps

    private func makeFileSystem(sources: String) throws {
        let folders = [
            "etc/apt/apt.conf.d", "etc/apt/preferences.d", "etc/apt/sources.list.d", "run", "tmp",
            "var/cache/apt/archives/partial",
            "var/lib/apt/lists/partial", "var/log/apt",
            "var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers", "var/lib/dpkg/alternatives",
        ]
        for path in folders { try Tool.makeFolder("\(root)/\(path)") }
        try Tool.write("", to: "\(root)/var/lib/dpkg/status")
        try Tool.write(sources, to: "\(root)/etc/apt/sources.list")
        try Tool.write("ID=debian\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n", to: "\(root)/etc/os-release")
        try Tool.write(name + "\n", to: "\(root)/etc/hostname")
    }

    private func makeBoot() throws {
        try Tool.write(UUID().uuidString.lowercased() + "\n", to: bootIdentityFile)
        let script = """
            #!/bin/sh
            # Reboots the host: /run is empty in the next boot, which has another identity, and its agent is gone.
            set -e
            host=$(dirname "$0")
            rm -rf "$host/root/run"
            mkdir "$host/root/run"
            cat /proc/sys/kernel/random/uuid > "$host/boot_id.new"
            mv "$host/boot_id.new" "$host/boot_id"
            kill -KILL "$PPID"

            """
        try Tool.write(script, to: folder + "/reboot", mode: 0o755)
    }
}
