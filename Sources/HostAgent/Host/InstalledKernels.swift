import PackageVersions

/// The Linux kernels in a boot folder.
package enum InstalledKernels {
    private static let prefix = "vmlinuz-"
    private static let architectures = [".x86_64", ".aarch64", ".ppc64le", ".s390x", ".i686"]

    /// The newest kernel of the running one's flavour, when that is newer; nil when the running one is the newest, or is none of
    /// these, as in a container.
    package static func newest(insteadOf running: String, in folder: String) throws(FileFailure) -> String? {
        let kernels = try all(in: folder)
        guard kernels.contains(running) else { return nil }
        let newer = kernels.filter { kernel in
            flavour(of: kernel) == flavour(of: running) && isOlder(running, than: kernel)
        }
        return newer.max { isOlder($0, than: $1) }
    }

    /// The kernels that are there.
    static func all(in folder: String) throws(FileFailure) -> [String] {
        // Debian keeps no other files of this name; Fedora's rescue images are no kernels of packages.
        try DurableFile.names(in: folder).filter { $0.hasPrefix(prefix) && !$0.hasPrefix(prefix + "0-rescue") }
            .map { String($0.dropFirst(prefix.count)) }
    }

    /// The kernels that are older than one of these of the same flavour and none of these, the oldest first.
    ///
    /// The newest of each flavour stays; so does everything when one of these is not there.
    static func dispensable(besides needed: Set<String>, in folder: String) throws(FileFailure) -> [String] {
        let kernels = try all(in: folder)
        guard needed.isSubset(of: kernels) else { return [] }
        return kernels.filter { kernel in
            !needed.contains(kernel)
                && kernels.contains { flavour(of: $0) == flavour(of: kernel) && isOlder(kernel, than: $0) }
        }.sorted { isOlder($0, than: $1) }
    }

    /// Whether a kernel has a lower version, whatever its flavour, by the rules of the packages that both come from.
    package static func isOlder(_ kernel: String, than other: String) -> Bool {
        if let kernel = rpmVersion(of: kernel), let other = rpmVersion(of: other) {
            return RPMVersion(kernel) < RPMVersion(other)
        }
        return DebianVersion(version(of: kernel)) < DebianVersion(version(of: other))
    }

    /// `5.14.0-427.el9` of `5.14.0-427.el9.x86_64+rt`; nil when no rpm brought it, whose kernels alone end in an architecture.
    private static func rpmVersion(of kernel: String) -> String? {
        let name = kernel.prefix { $0 != "+" }
        return architectures.first(where: name.hasSuffix).map { String(name.dropLast($0.count)) }
    }

    /// `6.1.0-56` of `6.1.0-56-cloud-amd64`.
    private static func version(of kernel: String) -> String {
        parts(of: kernel).prefix(while: isNumber).joined(separator: "-")
    }

    /// `cloud-amd64` of `6.1.0-56-cloud-amd64`, `+rt` of `5.14.0-427.el9.x86_64+rt`.
    private static func flavour(of kernel: String) -> String {
        let words = parts(of: kernel).drop(while: isNumber)
        return words.isEmpty ? String(kernel.drop { $0 != "+" }) : words.joined(separator: "-")
    }

    private static func parts(of kernel: String) -> [Substring] { kernel.split(separator: "-") }

    private static func isNumber(_ part: Substring) -> Bool { part.first?.isNumber == true }
}
