import AgentProtocol
import Foundation
import HostAgent
import LocalFleet

/// How a run has left its host and what it has reported, as far as that is the same on equal hosts.
struct HostEnd: Equatable {
    var isInstalled = false
    /// The class of a failed run.
    var failure: FailureKind?
    /// `PACKAGE STATE BEFORE AFTER`, and the class of its own failure.
    var patches: [String] = []
    var reboot: RebootResult.Outcome?
    /// Hook, name, state and output of each step.
    var steps: [String] = []
    /// Whether its reports are numbered without a gap and the last one alone is terminal.
    var isWellReported: Bool
    var reboots: Int
    /// The paragraphs of dpkg's status file, sorted, without the digests of configuration files.
    var packages: [String]
    /// Of every file below the root, but for logs, locks, indexes and backups.
    var files: [String: Data]

    /// Of a host whose run has ended.
    init(of host: AptHost, _ ledger: Ledger) async throws {
        let reports = await ledger.outbox
        isWellReported =
            reports.map(\.sequence) == Array(1...max(1, reports.count))
            && reports.map(\.fact.isTerminal) == reports.map { $0 == reports.last }
        reboots = host.reboots
        let status = try String(contentsOfFile: host.host.root + "/var/lib/dpkg/status", encoding: .utf8)
        packages = status.components(separatedBy: "\n\n").filter { !$0.isEmpty }.map(Self.withoutDigests).sorted()
        files = try Self.files(below: host.host.root)
        guard let last = reports.last else { return }
        take(last.fact)
        steps = (last.steps ?? []).map { "\($0.hook?.rawValue ?? "") \($0.name) \($0.state.rawValue): \($0.output)" }
    }

    private mutating func take(_ fact: HostRunFact) {
        let results: [PatchResult]
        switch fact {
        case .installed(let result):
            (isInstalled, results, reboot) = (true, result.patches, result.reboot?.outcome)
        case .failed(let kind, _, _, let patches): (failure, results) = (kind, patches)
        case .accepted, .refused, .installing, .rebooting, .verifying, .scanned, .ran: results = []
        }
        patches = results.map { result in
            let words = [result.patch.name, result.state.rawValue, result.versionBefore, result.versionAfter]
            return (words + [result.failure?.rawValue]).map { $0 ?? "-" }.joined(separator: " ")
        }
    }

    /// A dpkg that is killed when it has put a new configuration file in place, and not yet noted its digest, keeps the old one.
    private static func withoutDigests(_ paragraph: String) -> String {
        let lines = paragraph.split(separator: "\n").map { $0.hasPrefix(" /") ? $0.dropLast(33) : $0 }
        return lines.joined(separator: "\n")
    }

    /// Among them what a killed dpkg leaves of its scratch to the next, which begins it anew.
    private static let passing = [
        "etc/apt", "run", "var/cache", "var/lib/apt", "var/log", "var/lib/dpkg/lock", "var/lib/dpkg/status",
        "var/lib/dpkg/tmp.ci", "var/lib/dpkg/triggers/Lock", "var/lib/dpkg/updates/tmp.i",
    ]

    private static func files(below root: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: root)
        where !passing.contains(where: path.hasPrefix) {
            let full = "\(root)/\(path)"
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            files[path] = try Data(contentsOf: URL(fileURLWithPath: full))
        }
        return files
    }
}

extension HostEnd: CustomStringConvertible {
    var description: String {
        """
        installed \(isInstalled), failure \(String(describing: failure)), reboot \(String(describing: reboot)), reboots \
        \(reboots), well reported \(isWellReported), patches \(patches), steps \(steps), packages \(packages), files \
        \(files.mapValues { String(decoding: $0, as: UTF8.self) }.sorted { $0.key < $1.key })
        """
    }
}
