extension ProcessTable {
    /// How many programs are named.
    private static let maximumPrograms = 50

    /// A program of the system that still uses libraries which were replaced or removed since it started.
    package struct OutdatedProgram: Equatable, Sendable {
        package var program: String
        /// File names such as `libssl.so.3`, sorted.
        package var libraries: [String]
    }

    /// The programs of the system that want a restart, sorted.
    ///
    /// As with needrestart this is no reason to reboot: restarting the programs renews them.
    package func outdatedPrograms() -> [OutdatedProgram] {
        var libraries: [String: Set<String>] = [:]
        for id in ids {
            let deleted = Self.deletedLibraries(in: text("\(id)/maps") ?? "")
            guard !deleted.isEmpty, case let entry = entry(id), entry.isOfSystem else { continue }
            libraries[entry.program, default: []].formUnion(deleted)
        }
        let programs = libraries.map { OutdatedProgram(program: $0, libraries: $1.sorted()) }
        return Array(programs.sorted { $0.program < $1.program }.prefix(Self.maximumPrograms))
    }

    /// The libraries that are mapped and have no name in their folder any more, as proc_pid_maps(5) marks them.
    private static func deletedLibraries(in maps: String) -> Set<String> {
        let mark = " (deleted)"
        let names = maps.split(separator: "\n").lazy.filter { $0.hasSuffix(mark) && $0.contains("/lib") }.compactMap {
            $0.dropLast(mark.count).split(separator: "/").last
        }
        return Set(names.filter { $0.hasSuffix(".so") || $0.contains(".so.") }.map(String.init))
    }
}
