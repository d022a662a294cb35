import AgentProtocol

/// Reads what rpm prints of packages.
enum RPMQuery {
    /// A line with name, architecture, epoch, version, release, source archive and time of installation.
    ///
    /// - Returns: nil for another line, and for the keys that rpm keeps as packages.
    static func entry(_ line: Substring) -> Dnf.Entry? {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 7, fields[0] != "gpg-pubkey", let time = Int64(fields[6]) else { return nil }
        let version = "\(fields[3])-\(fields[4])"
        let reference = PatchReference(
            name: fields[0],
            architecture: fields[1],
            version: fields[2] == "0" ? version : "\(fields[2]):\(version)"
        )
        return Dnf.Entry(reference: reference, source: source(fields[5], of: reference, version), installedAt: time)
    }

    /// `rsyslog-8.2204.0-3.amzn2023.0.1.src.rpm`: without the epoch, which is the package's where the versions are the same.
    private static func source(_ archive: String, of package: PatchReference, _ version: String) -> SourcePackage? {
        guard let end = [".src.rpm", ".nosrc.rpm"].first(where: archive.hasSuffix) else { return nil }
        let parts = archive.dropLast(end.count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count > 2 else { return nil }
        let name = parts.dropLast(2).joined(separator: "-")
        let ownVersion = parts.suffix(2).joined(separator: "-")
        let source = SourcePackage(name: name, version: ownVersion == version ? package.version : ownVersion)
        return source == SourcePackage(name: package.name, version: package.version) ? nil : source
    }
}
