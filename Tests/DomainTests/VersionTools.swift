import Foundation
import Subprocess

/// The package managers' own judgement of versions, many at a time.
enum VersionTools {
    /// In CI what is missing is a failure, not a reason to skip.
    static func has(_ program: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: "/usr/bin/\(program)")
            || ProcessInfo.processInfo.environment["CI"] == "true"
    }

    /// -1, 0 or 1 for each pair.
    static func rpmOrder(of pairs: [(String, String)]) async throws -> [Int] {
        let script = """
            %{lua: for line in io.lines() do
                local space = string.find(line, " ", 1, true)
                local order = rpm.vercmp(string.sub(line, 1, space - 1), string.sub(line, space + 1))
                io.stdout:write(order, "\\n")
            end}
            """
        let input = pairs.map { "\($0.0) \($0.1)\n" }.joined()
        return try await run("rpm", ["--eval", script], input).split(separator: "\n").compactMap { Int($0) }
    }

    /// For each pair whether it stands in that relation (`lt`, `eq` …).
    ///
    /// dpkg is asked pair by pair, in a second or two for a thousand of them.
    static func dpkgAgrees(_ pairs: [(left: String, relation: String, right: String)]) async throws -> [Bool] {
        let script = #"""
            while read -r left relation right; do
                if dpkg --compare-versions "$left" "$relation" "$right"; then echo true; else echo false; fi
            done
            """#
        let input = pairs.map { "\($0.left) \($0.relation) \($0.right)\n" }.joined()
        return try await run("sh", ["-c", script], input).split(separator: "\n").compactMap { Bool(String($0)) }
    }

    /// Versions of the packages that are installed on this machine.
    static func installed() async throws -> [String] {
        try await run("dpkg-query", ["-W", "-f", "${Version}\\n"], "").split(separator: "\n").map(String.init)
    }

    private static func run(_ program: String, _ arguments: [String], _ input: String) async throws -> String {
        struct Failed: Error {
            var program: String
            var reason: String
        }
        let result = try await Subprocess.run(
            .name(program),
            arguments: Arguments(arguments),
            input: .string(input),
            output: .string(limit: 4 << 20),
            error: .string(limit: 1 << 20)
        )
        guard result.terminationStatus.isSuccess else { throw Failed(program: program, reason: result.standardError) }
        return result.standardOutput
    }
}

/// Versions from real feeds, which stand beside the project where they may be had, and a few of each kind in any case.
enum RealVersions {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/samples")

    static func rpm() throws -> [String] {
        let pattern = #/epoch="(?<epoch>\d+)"|version="(?<version>[^"]+)"|release="(?<release>[^"]+)"/#
        var versions = ["10:1.5.3-141.amzn2.5.3", "6.1.12-17.42.amzn2023", "3.0.8-1.amzn2023.0.4", "1.42.0-1.fc43"]
        for text in try texts("advisories", ["updateinfo-"]) + texts("rpm-dnf4", ["00-updateinfo-lab"]) {
            for tag in text.split(separator: "<package ").dropFirst() {
                var (epoch, version, release) = ("0", "", "")
                for match in tag.prefix(while: { $0 != ">" }).matches(of: pattern) {
                    epoch = match.output.epoch.map(String.init) ?? epoch
                    version = match.output.version.map(String.init) ?? version
                    release = match.output.release.map(String.init) ?? release
                }
                versions.append("\(epoch):\(version)-\(release)")
            }
        }
        return Set(versions).sorted()
    }

    static func debian() throws -> [String] {
        let versions = ["2.36-9+deb12u10", "5:5.0.3-4+deb10u1", "1.3+dfsg-4+squeeze3", "98.0.4758.80-1~deb11u1"]
        let found = try texts("advisories", ["debian-DSA", "debian-security", "ubuntu-osv-"]).flatMap { text in
            text.split { " \t\n\",".contains($0) }.map(String.init)
                .filter { $0.wholeMatch(of: #/(\d:)?\d[0-9A-Za-z.+~]*-[0-9A-Za-z.+~]+/#) != nil }
        }
        return Set(versions + found).sorted()
    }

    /// The contents of the files whose names begin so; none where there is no such folder.
    private static func texts(_ subfolder: String, _ beginnings: [String]) throws -> [String] {
        let path = folder.appending(path: subfolder).path
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            .filter { name in beginnings.contains(where: name.hasPrefix) }
            .map { try String(contentsOfFile: "\(path)/\($0)", encoding: .utf8) }
    }
}
