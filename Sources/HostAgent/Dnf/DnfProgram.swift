import AgentProtocol

/// The programs of dnf 4 on this machine.
struct DnfProgram: Sendable {
    /// dnf itself.
    let executable: String
    /// The Python that dnf runs in, which knows its modules.
    let interpreter: String

    private static let paths = ["/usr/bin/dnf-3", "/usr/bin/dnf4", "/usr/bin/dnf"]

    /// Whether the machine has a dnf of any kind.
    static var isInstalled: Bool { (paths + ["/usr/bin/dnf5"]).contains { Boot.exists($0) } }

    /// - Throws: where there is no dnf, or dnf 5 alone.
    init() throws(StepFailure) {
        for path in Self.paths {
            if let interpreter = try Self.interpreter(of: path) {
                (executable, self.interpreter) = (path, interpreter)
                return
            }
        }
        let found = Self.isInstalled ? "only dnf 5 is installed, which is not supported" : "there is no dnf"
        throw StepFailure(.unknown, "\(found): install dnf 4, the package dnf or, beside dnf 5, dnf4")
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

    /// The program that asks dnf, as `python -c` takes it.
    static var planner: String { String(decoding: PackageResources.planner_py, as: UTF8.self) }
}
