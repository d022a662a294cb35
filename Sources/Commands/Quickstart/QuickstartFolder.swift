import FoundationEssentials

/// Where a quickstart keeps everything that it makes.
package struct QuickstartFolder: Equatable, Sendable {
    /// It says that the folder is a quickstart's, so a later run may empty it.
    private static let marker = "quickstart"

    /// Absolute.
    package let path: String

    /// The control plane's data: this folder, so that `--data` names the same one for every command.
    package var server: String { path }
    /// The repository and the hosts.
    package var fleet: String { path + "/fleet" }
    package var report: String { path + "/report.csv" }

    package init(_ path: String) { self.path = URL(filePath: path).standardizedFileURL.path }

    /// Where an agent keeps its key and its journal.
    package func agent(_ host: String) -> String { "\(path)/agents/\(host)" }

    /// What a program that runs beside the quickstart has to say.
    package func log(_ program: String) -> String { "\(path)/logs/\(program).log" }

    /// Sees to it that nobody's data is removed.
    ///
    /// - Throws: ``CommandFailure`` when there is a folder with things in it that no quickstart made.
    package func refuseForeign() throws {
        let names = try names()
        guard names.isEmpty || names.contains(Self.marker) else {
            throw CommandFailure(
                "\(path) holds things that no quickstart made; name another folder with --data",
                exitCode: .outputFailed
            )
        }
    }

    /// Makes the folder anew.
    ///
    /// Nothing of an earlier run may still be running there; see ``LeftoverDatabase``.
    package func prepare() throws {
        try refuseForeign()
        let files = FileManager.default
        do {
            for name in try names() where name != Self.marker { try files.removeItem(atPath: "\(path)/\(name)") }
            for part in [path, path + "/agents", path + "/logs"] {
                try files.createDirectory(atPath: part, withIntermediateDirectories: true)
            }
            try Data("Made by `ringmaster quickstart`, which empties this folder when it runs.\n".utf8)
                .write(to: URL(filePath: "\(path)/\(Self.marker)"))
        } catch {
            throw CommandFailure("cannot prepare the folder \(path): \(error)", exitCode: .outputFailed)
        }
    }

    // MARK: - Steps

    /// What is in the folder; nothing when there is none.
    private func names() throws -> [String] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw CommandFailure("cannot read the folder \(path): \(error)", exitCode: .inputMissing)
        }
    }
}
