/// A boot folder without room for one more kernel.
struct BootSpaceCheck: HealthCheck {
    let root: String
    /// nil when the root is no running system: then no kernel of it is known to be dispensable.
    let running: String?
    let remover: (any KernelRemover)?
    var space: @Sendable (String) throws(FileFailure) -> FileSystemSpace? = { path throws(FileFailure) in
        try FileSystemSpace(of: path)
    }

    private var folder: String { (root == "/" ? "" : root) + "/boot" }

    var name: String { "boot-space" }

    func findings() throws -> [Finding] {
        let need = try bytesOfAKernel()
        guard need > 0, let free = try space(folder)?.freeBytes, free < need else { return [] }
        let old = try dispensable()
        let detail = "\(folder) has \(free) bytes left, and one more kernel takes \(need)"
        let kernels = old.isEmpty ? "none of its kernels is dispensable" : "old kernels: \(old.joined(separator: ", "))"
        return [
            Finding(
                name,
                "\(detail); \(kernels)",
                advice: old.isEmpty ? "make room in \(folder)" : "remove old kernels, or run doctor --repair",
                isRepairable: remover != nil && !old.isEmpty
            )
        ]
    }

    func repair() async throws -> String {
        let old = try dispensable()
        guard let remover, !old.isEmpty else { throw AgentFailure("no kernel is dispensable") }
        try await remover.remove(kernels: old)
        return "removed the kernels \(old.joined(separator: ", "))"
    }

    /// Never what runs, what is the newest, or what boots next.
    private func dispensable() throws -> [String] {
        guard let running, let next = try BootDefault(root: root).kernel() else { return [] }
        return try InstalledKernels.dispensable(besides: [running, next], in: folder)
    }

    /// The largest kernel with the largest initial file system; 0 where there is no kernel.
    private func bytesOfAKernel() throws -> Int64 {
        var (kernel, initial) = (Int64(0), Int64(0))
        for name in try DurableFile.names(in: folder) {
            let size = DurableFile.size(of: "\(folder)/\(name)") ?? 0
            if name.hasPrefix("vmlinuz-") { kernel = max(kernel, size) }
            if name.hasPrefix("initr") { initial = max(initial, size) }
        }
        return kernel == 0 ? 0 : kernel + initial
    }
}

/// The kernel that the boot loader starts next.
struct BootDefault {
    let root: String

    private var prefix: String { root == "/" ? "" : root }

    /// nil when nobody can tell: where a person chose an entry of GRUB's menu by its place or title.
    func kernel() throws(FileFailure) -> String? {
        let kernels = try InstalledKernels.all(in: prefix + "/boot")
        let saved = try value("saved_entry", in: ["/boot/grub2/grubenv", "/boot/grub/grubenv"])
        if let saved { return kernels.filter { saved == $0 || saved.hasSuffix("-\($0)") }.max { $0.count < $1.count } }
        let choice = try value("GRUB_DEFAULT", in: ["/etc/default/grub"])
        guard choice == nil || ["0", "saved"].contains(choice) else { return nil }
        return kernels.max { InstalledKernels.isOlder($0, than: $1) }
    }

    /// The value of the first line `NAME=VALUE` in the first of the files that has one.
    private func value(_ name: String, in files: [String]) throws(FileFailure) -> String? {
        for file in files {
            let lines = (try DurableFile.text(prefix + file) ?? "").split(separator: "\n")
            if let line = lines.first(where: { $0.hasPrefix("\(name)=") }) {
                let value = line.dropFirst(name.count + 1).filter { $0 != "\"" && $0 != "'" }
                if !value.isEmpty { return value }
            }
        }
        return nil
    }
}
