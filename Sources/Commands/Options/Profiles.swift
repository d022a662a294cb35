import FoundationEssentials
package import Workflows

/// The profiles of whoever runs the command: `ringmaster/config.yaml` of their folder of configurations.
package struct Profiles {
    private let file: String
    private let home: String

    package init(environment: [String: String]) {
        home = environment["HOME"] ?? ""
        let folder = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(home)/.config"
        file = "\(folder)/ringmaster/config.yaml"
    }

    /// The profile of that name, or the file's standard one; nil where neither is named.
    ///
    /// Files that it names are relative to its own folder, or to the home folder behind `~/`.
    ///
    /// - Throws: ``CommandFailure`` where there is no such profile, `WorkflowProblems` with what is wrong with the file.
    package func profile(named name: String?) throws -> ProfileFile.Profile? {
        guard FileManager.default.fileExists(atPath: file) else {
            guard let name else { return nil }
            throw CommandFailure("there is no profile \(name): \(file) is not there", exitCode: .inputMissing)
        }
        let bytes: [UInt8]
        do { bytes = Array(try Data(contentsOf: URL(filePath: file))) } catch {
            throw CommandFailure("cannot read \(file): \(error)", exitCode: .inputMissing)
        }
        let profiles = try ProfileFile.parse(bytes, file: file)
        guard let wanted = name ?? profiles.standard else { return nil }
        guard var profile = profiles.profiles.first(where: { $0.name == wanted }) else {
            let known = profiles.profiles.map(\.name).joined(separator: ", ")
            throw CommandFailure(
                "there is no profile \(wanted) in \(file), which has \(known)",
                exitCode: .inputMissing
            )
        }
        profile.tokenFile = profile.tokenFile.map(path)
        profile.caFile = profile.caFile.map(path)
        return profile
    }

    private func path(_ text: String) -> String {
        if text.hasPrefix("/") { return text }
        if text.hasPrefix("~/") { return home + text.dropFirst(1) }
        return URL(filePath: file).deletingLastPathComponent().path + "/" + text
    }
}
