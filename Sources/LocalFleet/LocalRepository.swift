import Crypto
import Foundation

/// An apt repository in a folder, built with dpkg-deb alone: unsigned, for `[trusted=yes]` sources.
///
/// An actor, so that publishing is one after the other; several hosts may read it meanwhile.
package actor LocalRepository {
    /// The absolute path of the repository.
    package nonisolated let folder: String
    private let architecture: String
    private var stanzas: [LocalSuite: [String]] = [:]

    /// Makes an empty repository with all its suites in the folder, which is created.
    package init(in folder: String) async throws {
        self.folder = folder
        architecture = try await Tool.run("dpkg", ["--print-architecture"])
            .trimmingCharacters(in: .whitespacesAndNewlines)
        try Tool.makeFolder(folder + "/pool")
        for suite in LocalSuite.allCases { try writeIndex(of: suite) }
    }

    /// The lines of a sources.list that offer every suite.
    package nonisolated var sources: String {
        LocalSuite.allCases.map { "deb [trusted=yes] file:\(folder) \($0.codename) main\n" }.joined()
    }

    /// Builds the packages and offers them in the suite, beside what it offers already.
    package func publish(_ packages: [LocalPackage], in suite: LocalSuite) async throws {
        for package in packages {
            let archive = try Data(contentsOf: URL(fileURLWithPath: try await build(package)))
            stanzas[suite, default: []].append(
                package.control + """
                    Filename: pool/\(package.fileName)
                    Size: \(archive.count)
                    SHA256: \(Self.digest(of: archive))

                    """
            )
        }
        try writeIndex(of: suite)
    }

    /// Takes a version out of the suite again, as a mirror does when a newer one comes.
    package func withdraw(_ package: LocalPackage, from suite: LocalSuite) async throws {
        stanzas[suite, default: []].removeAll { $0.contains("\nFilename: pool/\(package.fileName)\n") }
        try writeIndex(of: suite)
        try FileManager.default.removeItem(atPath: "\(folder)/pool/\(package.fileName)")
    }

    /// The archive of a package; built when it is not there yet.
    package func build(_ package: LocalPackage) async throws -> String {
        let path = "\(folder)/pool/\(package.fileName)"
        guard !FileManager.default.fileExists(atPath: path) else { return path }
        let tree = "\(folder)/build/\(package.fileName)"
        let content = "\(tree)/usr/share/\(package.name)"
        try Tool.makeFolder("\(tree)/DEBIAN")
        try Tool.makeFolder(content)
        try Tool.write(package.control, to: "\(tree)/DEBIAN/control")
        try Tool.write("\(package.name) \(package.version)\n", to: "\(content)/version")
        if !package.configuration.isEmpty {
            let path = "/etc/\(package.name).conf"
            try Tool.makeFolder("\(tree)/etc")
            try Tool.write(package.configuration, to: tree + path)
            try Tool.write(path + "\n", to: "\(tree)/DEBIAN/conffiles")
        }
        if !package.file.isEmpty {
            try Tool.makeFolder(URL(filePath: tree + package.file).deletingLastPathComponent().path)
            try Tool.write("\(package.name)\n", to: tree + package.file)
        }
        for (name, script) in ["preinst": package.preinst, "postinst": package.postinst] where !script.isEmpty {
            try Tool.write("#!/bin/sh\nset -e\n\(script)\n", to: "\(tree)/DEBIAN/\(name)", mode: 0o755)
        }
        try await Tool.run("dpkg-deb", ["--root-owner-group", "-Znone", "--build", tree, path])
        try FileManager.default.removeItem(atPath: tree)
        return path
    }

    // MARK: - Steps

    private static func digest(of bytes: Data) -> String {
        SHA256.hash(data: bytes).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    private func writeIndex(of suite: LocalSuite) throws {
        let release = "\(folder)/dists/\(suite.codename)"
        let index = "main/binary-\(architecture)/Packages"
        try Tool.makeFolder("\(release)/main/binary-\(architecture)")
        let text = stanzas[suite, default: []].joined(separator: "\n")
        try Tool.write(text, to: "\(release)/\(index)")
        let header = """
            Origin: Debian
            Label: \(suite.label)
            Suite: \(suite.archive)
            Codename: \(suite.codename)
            Date: \(Self.releaseDate(Date()))
            Architectures: \(architecture) all
            Components: main
            SHA256:
             \(Self.digest(of: Data(text.utf8))) \(text.utf8.count) \(index)

            """
        try Tool.write(header, to: "\(release)/Release")
    }

    /// The date as Release files write it.
    private static func releaseDate(_ date: Date) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'UTC'"
        return formatter.string(from: date)
    }
}
