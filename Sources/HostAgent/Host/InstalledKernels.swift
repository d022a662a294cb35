import PackageVersions

/// The Linux kernels in a boot folder.
package enum InstalledKernels {
    private static let prefix = "vmlinuz-"

    /// The newest kernel of the running one's flavour, when that is newer; nil when the running one is the newest, or is none of
    /// these, as in a container.
    package static func newest(insteadOf running: String, in folder: String) throws(FileFailure) -> String? {
        let names = try DurableFile.names(in: folder).filter { $0.hasPrefix(prefix) }
        let kernels = names.map { String($0.dropFirst(prefix.count)) }
        guard kernels.contains(running) else { return nil }
        let newer = kernels.filter { kernel in
            flavour(of: kernel) == flavour(of: running) && version(of: kernel) > version(of: running)
        }
        return newer.max { version(of: $0) < version(of: $1) }
    }

    /// Whether a kernel has a lower version, whatever its flavour.
    package static func isOlder(_ kernel: String, than other: String) -> Bool {
        version(of: kernel) < version(of: other)
    }

    /// `6.1.0-56` of `6.1.0-56-cloud-amd64`.
    private static func version(of kernel: String) -> DebianVersion {
        DebianVersion(parts(of: kernel).prefix(while: isNumber).joined(separator: "-"))
    }

    /// `cloud-amd64` of `6.1.0-56-cloud-amd64`, `+rt` of `5.14.0-427.el9.x86_64+rt`.
    private static func flavour(of kernel: String) -> String {
        let words = parts(of: kernel).drop(while: isNumber)
        return words.isEmpty ? String(kernel.drop { $0 != "+" }) : words.joined(separator: "-")
    }

    private static func parts(of kernel: String) -> [Substring] { kernel.split(separator: "-") }

    private static func isNumber(_ part: Substring) -> Bool { part.first?.isNumber == true }
}
