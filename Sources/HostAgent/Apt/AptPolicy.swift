package import AgentProtocol
import PackageVersions

/// Reads what `apt-cache policy` prints.
package enum AptPolicy {
    /// One version of a package and where it comes from.
    package struct Version: Equatable {
        package var version: String
        /// Below zero it is never chosen.
        package var pin: Int
        /// The archive gives it to a part of all hosts so far.
        package var isPhased: Bool
        /// The lines that name its archives as ``archives(in:)`` does.
        package var sources: [String] = []
        /// The highest priority of its archives, whatever pins name the package.
        package var archivePriority = 0
    }

    /// One package with the versions that are on offer, newest first.
    package struct Package: Equatable {
        package var candidate: String?
        package var versions: [Version]

        package init(candidate: String?, versions: [Version]) {
            self.candidate = candidate
            self.versions = versions
        }

        /// What apt would choose if no pin named the package and no archive handed it out in phases: of the installed version and
        /// the newer ones the newest in the archives of the highest priority.
        ///
        /// - Parameter phased: whether to count what comes in phases.
        func natural(from installed: DebianVersion, includingPhased phased: Bool) -> Version? {
            versions.filter { DebianVersion($0.version) >= installed && (phased || !$0.isPhased) }
                .max { $0.archivePriority < $1.archivePriority }
        }
    }

    /// Archives by the line that names them, from the output without package names.
    ///
    ///     500 http://mirror.example/debian bookworm/main amd64 Packages
    ///         release v=12.15,o=Debian,a=oldstable,n=bookworm,l=Debian,c=main,b=amd64
    package static func archives(in output: String) -> [String: PackageOrigin] {
        var archives: [String: PackageOrigin] = [:]
        var source: String?
        for line in output.split(separator: "\n") {
            let text = line.drop { $0 == " " }
            if text.hasPrefix("release ") {
                if let source { archives[source] = origin(in: text.dropFirst("release ".count)) }
            } else if let found = Self.source(text) {
                source = found.name
            }
        }
        return archives
    }

    /// Packages by name (with `:ARCHITECTURE` where it is a foreign one), from the output with package names.
    package static func packages(in output: String) -> [String: Package] {
        var packages: [String: Package] = [:]
        var name: String?
        for line in output.split(separator: "\n") {
            if !line.hasPrefix(" "), line.hasSuffix(":") {
                name = String(line.dropLast())
                name.map { packages[$0] = Package(candidate: nil, versions: []) }
            } else if let name {
                read(line, into: &packages[name, default: Package(candidate: nil, versions: [])])
            }
        }
        return packages
    }

    // MARK: - Lines

    private static func read(_ line: Substring, into package: inout Package) {
        let text = line.drop { $0 == " " }
        if text.hasPrefix("Candidate: ") {
            let version = text.dropFirst("Candidate: ".count)
            package.candidate = version == "(none)" ? nil : String(version)
        } else if line.hasPrefix(" *** ") || isVersion(line) {
            if let version = version(in: line.dropFirst(5)) { package.versions.append(version) }
        } else if let source = source(text), let last = package.versions.indices.last {
            package.versions[last].sources.append(source.name)
            package.versions[last].archivePriority = max(package.versions[last].archivePriority, source.priority)
        }
    }

    /// Versions stand at the sixth column, their sources further right.
    private static func isVersion(_ line: Substring) -> Bool {
        let indent = line.prefix { $0 == " " }.count
        return indent == 5
    }

    private static func version(in text: Substring) -> Version? {
        let words = text.split(separator: " ")
        guard words.count >= 2, let pin = Int(words[1]) else { return nil }
        let isPhased = words.dropFirst(2).first == "(phased"
        return Version(version: String(words[0]), pin: pin, isPhased: isPhased)
    }

    /// `500 http://… Packages`: a priority and a name.
    private static func source(_ text: Substring) -> (priority: Int, name: String)? {
        guard let space = text.firstIndex(of: " "), let priority = Int(text[..<space]) else { return nil }
        return (priority, String(text[text.index(after: space)...].drop { $0 == " " }))
    }

    /// Fields `o=…,a=…`; a value may hold commas itself.
    private static func origin(in text: Substring) -> PackageOrigin {
        var fields: [(key: Substring, value: String)] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            if part.dropFirst().first == "=" {
                fields.append((part.prefix(1), String(part.dropFirst(2))))
            } else if !fields.isEmpty {
                fields[fields.count - 1].value += "," + part
            }
        }
        func value(_ key: Substring) -> String { fields.first { $0.key == key }?.value ?? "" }
        return PackageOrigin(origin: value("o"), label: value("l"), codename: value("n"), archive: value("a"))
    }
}
