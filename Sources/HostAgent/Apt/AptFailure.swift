package import AgentProtocol

/// The class of a failure by what apt and dpkg print.
package enum AptFailure {
    /// In the order of trust: the first list with a phrase in the output decides.
    private static let phrases: [(FailureKind, [String])] = [
        (
            .lock,
            [
                "Could not get lock", "Unable to acquire the dpkg frontend lock", "Unable to lock",
                "frontend lock was locked by another process", "is locked by another process",
            ]
        ),
        (.disk, ["No space left on device", "enough free space", "Disk quota exceeded"]),
        (.script, ["script subprocess returned error", "script subprocess was killed"]),
        (
            .signature,
            [
                "NO_PUBKEY", "is not signed", "GPG error", "invalid signature", "not valid yet",
                "is expired (invalid since", "could not be authenticated", "unauthenticated packages",
                "couldn't be verified",
            ]
        ),
        (.vanishedVersion, ["was not found\n", "Unable to locate package", "has no installation candidate"]),
        (
            .conflict,
            [
                "unmet dependencies", "held broken packages", "Held packages were changed",
                "need to be removed but remove is disabled", "trying to overwrite", "conflicting packages",
                "dependency problems",
            ]
        ),
        (
            .network,
            [
                "Temporary failure resolving", "Could not resolve", "Could not connect", "Connection timed out",
                "Connection refused", "Connection failed", "Network is unreachable", "Unable to connect",
            ]
        ),
        (
            .repository,
            [
                "Failed to fetch", "does not have a Release file", "no longer has a Release file",
                "index files failed to download", "Hash Sum mismatch", "unexpected size",
            ]
        ),
        (.interrupted, ["dpkg was interrupted", "exited unexpectedly"]),
    ]

    /// How many lines before an error of dpkg's belong to it: a script's own words.
    private static let leadingLines = 6

    /// dpkg's errors of the named packages, each with the lines before it and the indented ones behind it.
    ///
    ///     dpkg: error processing archive /archives/acme-web_2_all.deb (--unpack):
    ///      trying to overwrite '/usr/bin/acme', which is also in package acme-tls 1
    ///     dpkg: error processing package acme-tls (--configure):
    ///      installed acme-tls package post-installation script subprocess returned error exit status 7
    package static func errors(in output: String, about names: Set<String>) -> String {
        let lines = output.split(separator: "\n")
        var kept: [Substring] = []
        for (index, line) in lines.enumerated() {
            guard let name = failedPackage(line), names.contains(name) else { continue }
            // What is indented belongs to the error before.
            var first = index
            while first > 0, index - first < leadingLines, !lines[first - 1].hasPrefix(" "),
                failedPackage(lines[first - 1]) == nil
            { first -= 1 }
            kept += lines[first...index]
            kept += lines[(index + 1)...].prefix { $0.hasPrefix(" ") }
        }
        return kept.joined(separator: "\n")
    }

    private static func failedPackage(_ line: Substring) -> String? {
        let words = line.split(separator: " ")
        guard line.hasPrefix("dpkg: error processing "), words.count >= 5 else { return nil }
        switch words[3] {
        case "package": return String(words[4].prefix { $0 != ":" })
        case "archive": return words[4].split(separator: "/").last.map { String($0.prefix { $0 != "_" }) }
        default: return nil
        }
    }

    /// nil when nothing in the output is known.
    package static func kind(of output: String) -> FailureKind? {
        let text = output + "\n"
        // Waiting does not help whoever may not lock at all.
        let isForbidden = text.contains("Permission denied")
        return phrases.first { kind, phrases in
            !(isForbidden && kind == .lock) && phrases.contains { text.contains($0) }
        }?.0
    }
}
