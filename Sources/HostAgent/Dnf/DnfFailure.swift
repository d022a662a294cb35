package import AgentProtocol

/// The class of a failure by what dnf and rpm print.
package enum DnfFailure {
    /// In the order of trust: the first list with a phrase in the output decides.
    private static let phrases: [(FailureKind, [String])] = [
        (.lock, ["already locked by", "can't create transaction lock"]),
        (.disk, ["more space needed on", "more space on the", "No space left on device", "Disk quota exceeded"]),
        (.script, ["scriptlet in rpm package", "scriptlet failed"]),
        (
            .signature,
            [
                "GPG check FAILED", "is not signed", "Public key for", "GPG signature verification error",
                "Bad GPG signature", "Failed to retrieve GPG key",
            ]
        ),
        (.vanishedVersion, ["No match for argument", "Unable to find a match"]),
        (
            .conflict,
            [
                "filtered out by exclude filtering", "nothing provides", "cannot install", "conflicting requests",
                "conflicts with", "problem with installed package", "protected packages", "is needed by",
                "Transaction test error",
            ]
        ),
        (
            .network,
            [
                "Could not resolve host", "Couldn't resolve host", "Could not connect to server",
                "Couldn't connect to server", "Failed to connect", "Connection refused", "Connection timed out",
                "Timeout was reached", "Network is unreachable",
            ]
        ),
        (
            .repository,
            [
                "Failed to download metadata", "repomd.xml", "All mirrors were tried",
                "Cache-only enabled but no cache",
                "checksum doesn't match", "There are no enabled repositories",
            ]
        ),
    ]

    /// nil when nothing in the output is known.
    package static func kind(of output: String) -> FailureKind? {
        phrases.first { _, phrases in phrases.contains { output.contains($0) } }?.0
    }

    /// The packages whose scripts failed when they were in place already, by name.
    ///
    /// dnf ends with success all the same. What fails before hinders the installation, and the version tells.
    package static func failedScripts(in output: String) -> Set<String> {
        let names = output.split(separator: "\n").compactMap { line -> String? in
            guard let name = line.firstRange(of: " scriptlet in rpm package ").map({ line[$0.upperBound...] }),
                ["Error in POSTIN", "Error in POSTTRANS"].contains(where: line.contains)
            else { return nil }
            return name.split(whereSeparator: \.isWhitespace).first.map(String.init)
        }
        return Set(names)
    }
}
