import AgentProtocol

/// The programs of dnf 4 on this machine.
package struct DnfProgram: Sendable {
    /// dnf itself.
    package let executable: String
    /// The Python that dnf runs in, which knows its modules.
    package let interpreter: String

    /// - Parameter folder: where the programs are, for tests.
    /// - Throws: where there is no dnf, or dnf 5 alone.
    package init(folder: String = "/usr/bin") throws(StepFailure) {
        for name in ["dnf-3", "dnf4", "dnf"] {
            if let interpreter = try Self.interpreter(of: "\(folder)/\(name)") {
                (executable, self.interpreter) = ("\(folder)/\(name)", interpreter)
                return
            }
        }
        let found = Self.isInstalled(in: folder) ? "only dnf 5 is installed, which is not supported" : "there is no dnf"
        throw StepFailure(.unknown, "\(found): install dnf 4, the package dnf or, beside dnf 5, dnf4")
    }

    /// Whether there is a dnf of any kind.
    static func isInstalled(in folder: String = "/usr/bin") -> Bool {
        ["dnf-3", "dnf4", "dnf5", "dnf"].contains { Boot.exists("\(folder)/\($0)") }
    }

    /// What its first line names; nil for no script: dnf 5 is none.
    private static func interpreter(of path: String) throws(StepFailure) -> String? {
        do throws(FileFailure) {
            guard let bytes = try DurableFile.read(path), bytes.starts(with: "#!".utf8) else { return nil }
            let line = String(decoding: bytes.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
            return line.split(separator: " ").first { $0.hasPrefix("/") && !$0.hasSuffix("/env") }.map(String.init)
        } catch {
            throw StepFailure(.unknown, error.description)
        }
    }

    /// The program that asks dnf, as `python -c` takes it: its parts, and behind them what uses them.
    static var planner: String {
        [PackageResources.notices_py, PackageResources.obstacles_py, PackageResources.planner_py]
            .map { String(decoding: $0, as: UTF8.self) }
            .joined(separator: "\n\n")
    }
}
