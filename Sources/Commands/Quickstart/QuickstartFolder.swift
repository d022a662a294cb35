import FoundationEssentials

/// Where a quickstart keeps everything that it makes.
package struct QuickstartFolder: Equatable, Sendable {
    /// It says that the folder is a quickstart's, so a later run may empty it.
    private static let marker = "quickstart"

    /// Absolute.
    package let path: String

    /// The control plane's data.
    package var server: String { path + "/server" }
    /// The repository and the hosts.
    package var fleet: String { path + "/fleet" }
    package var report: String { path + "/report.csv" }

    /// Where an agent keeps its key and its journal.
    package func agent(_ host: String) -> String { "\(path)/agents/\(host)" }

    /// What a program that runs beside the quickstart has to say.
    package func log(_ program: String) -> String { "\(path)/logs/\(program).log" }

    /// Makes the folder anew.
    ///
    /// - Throws: ``CommandFailure`` when there is a folder with other things in it: nobody's data is removed.
    package static func prepare(_ path: String) throws -> Self {
        let folder = Self(path: URL(filePath: path).standardizedFileURL.path)
        let files = FileManager.default
        do {
            if files.fileExists(atPath: folder.path) {
                let names = try files.contentsOfDirectory(atPath: folder.path)
                guard names.isEmpty || names.contains(marker) else {
                    throw CommandFailure(
                        "\(folder.path) holds things that no quickstart made; name another folder with --data",
                        exitCode: .outputFailed
                    )
                }
                for name in names where name != marker { try files.removeItem(atPath: "\(folder.path)/\(name)") }
            }
            for part in [folder.path, folder.path + "/agents", folder.path + "/logs"] {
                try files.createDirectory(atPath: part, withIntermediateDirectories: true)
            }
            try Data("Made by `ringmaster quickstart`, which empties this folder when it runs.\n".utf8)
                .write(to: URL(filePath: "\(folder.path)/\(marker)"))
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("cannot prepare the folder \(folder.path): \(error)", exitCode: .outputFailed)
        }
        return folder
    }
}
