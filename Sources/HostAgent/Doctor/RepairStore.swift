package import AgentProtocol
import FoundationEssentials
import Time

/// What the doctor repaired on this host, each repair in a file of its own: the agent may be at work beside it.
///
/// A file `NAME.json` waits to be told to the control plane; it is `NAME+sent.json` afterwards, for whoever looks on the host.
package struct RepairStore: Sendable {
    /// How many repairs are remembered; the oldest give way.
    package static let maximumCount = 100

    /// A repair that waits.
    package struct Pending: Equatable, Sendable {
        package var report: RepairReport
        fileprivate var path: String
    }

    private static let waiting = ".json"
    private static let sent = "+sent.json"

    private let folder: String

    package init(folder: String) { self.folder = folder }

    package func keep(_ report: RepairReport) throws {
        try DurableFile.makeFolder(folder, mode: 0o700)
        let digits = String(max(0, report.at.microseconds))
        let moment = String(repeating: "0", count: max(0, 20 - digits.count)) + digits
        let path = "\(folder)/\(moment)-\(report.check)\(Self.waiting)"
        try DurableFile.write(Array(try JSONEncoder().encode(report)), to: path, mode: 0o600)
        for name in try names().dropLast(Self.maximumCount) { try DurableFile.remove("\(folder)/\(name)") }
    }

    /// All that are remembered, oldest first.
    package func all() throws -> [RepairReport] { try names().compactMap { try read("\(folder)/\($0)") } }

    /// The oldest that wait, at most as many as one batch takes.
    package func pending() throws -> [Pending] {
        try names().filter { !$0.hasSuffix(Self.sent) }.prefix(ReportBatch.maximumRepairs).compactMap { name in
            let path = "\(folder)/\(name)"
            return try read(path).map { Pending(report: $0, path: path) }
        }
    }

    /// Notes that the control plane has it.
    package func settle(_ repair: Pending) throws(FileFailure) {
        try DurableFile.rename(repair.path, to: String(repair.path.dropLast(Self.waiting.count)) + Self.sent)
    }

    private func names() throws(FileFailure) -> [String] {
        try DurableFile.names(in: folder).filter { $0.hasSuffix(Self.waiting) }
    }

    /// nil when it has gone meanwhile.
    private func read(_ path: String) throws -> RepairReport? {
        guard let bytes = try DurableFile.read(path) else { return nil }
        do {
            return try JSONDecoder().decode(RepairReport.self, from: Data(bytes))
        } catch {
            throw AgentFailure("\(path) does not read: \(error); remove it")
        }
    }
}
