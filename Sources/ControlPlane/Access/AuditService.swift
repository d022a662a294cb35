import AgentProtocol
package import Domain
import DurableStreams
package import Logging
import PatchStreams
package import ReadModels
import Time

/// Notes what was let and what was denied, and shows it.
package struct AuditService: Sendable {
    /// Of a page.
    package static let mostEntries = 1_000
    /// The codes of what the rules of a stream, not a role, deny to somebody.
    package static let deniedByRules: Set<String> = ["role-missing", "own-request", "person-needed"]
    /// Bytes of a text that somebody sent; the rest is cut.
    private static let textBytes = 300

    private let desk: MessageDesk
    private let reader: StreamReader
    private let throttle = AuditThrottle()

    init(desk: MessageDesk, reader: StreamReader) {
        self.desk = desk
        self.reader = reader
    }

    /// Returns once the entry is durable: what is let happens after it or not at all.
    ///
    /// - Throws: ``Problem`` 503 where it cannot be kept.
    package func noteAllowed(_ entry: AuditEntry) async throws { try await record(entry) }

    /// Notes a denied request, unless there are too many; what keeps it from being noted goes to the log of the process.
    package func noteDenied(_ entry: AuditEntry, logger: Logger) async {
        let source = entry.source.map(SourceNetwork.bucket) ?? "unknown"
        guard let suppressed = throttle.admit(source, at: desk.now()) else { return }
        var entry = entry
        if suppressed > 0 { entry.suppressed = suppressed }
        do {
            try await record(entry)
        } catch {
            logger.warning(
                "denied request not audited",
                metadata: ["error": "\(error)", "audit.request": "\(entry.request)"]
            )
        }
    }

    /// Of a cursor, which is digits and nothing else.
    private static func version(_ cursor: String) -> Int64? {
        cursor.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int64(cursor) : nil
    }

    /// The entries of a month behind a cursor, oldest first.
    ///
    /// - Parameters:
    ///   - month: such as `2026-11`; nil for the present one.
    ///   - after: a page's cursor; nil reads from the start.
    /// - Throws: ``Problem`` 400 for a month or a cursor that is none.
    package func page(month: String?, after: String?, limit: Int) async throws -> AuditPage {
        try await page(try stream(ofMonth: month), after: try Self.version(of: after), limit: limit)
    }

    /// How far a page's cursor has come; 0 for nil.
    ///
    /// - Throws: ``Problem`` 400 for what is no cursor.
    package static func version(of cursor: String?) throws -> Int64 {
        guard let version = cursor.map(Self.version) ?? 0 else {
            let detail = "after=\(cursor?.prefix(40) ?? "") is not a cursor; use the one that came with the last page"
            throw Problem(status: 400, code: "malformed-cursor", detail: detail)
        }
        return version
    }

    /// The newest entries of a month, up to `count`, oldest first.
    ///
    /// - Throws: ``Problem`` 400 for a month that is none.
    package func latest(_ count: Int, month: String?) async throws -> AuditPage {
        let stream = try stream(ofMonth: month)
        let commits = try await reader.newestCommits(of: stream, holding: min(max(1, count), Self.mostEntries))
        var page = try Self.page(stream, of: commits, after: 0)
        page.entries = page.entries.suffix(count)
        return page
    }

    // MARK: - Steps

    private func page(_ stream: StreamID, after version: Int64, limit: Int) async throws -> AuditPage {
        let limit = min(max(1, limit), Self.mostEntries)
        return try Self.page(
            stream,
            of: try await reader.commits(of: stream, after: version, limit: limit),
            after: version
        )
    }

    private static func page(_ stream: StreamID, of commits: [Commit], after version: Int64) throws -> AuditPage {
        let decider = DomainDecider<AuditTrail>.withoutEffects
        let entries = try commits.flatMap { try $0.storedEvents() }.map { stored in
            switch try decider.decode(stored.event) {
            case .recorded(let entry, let at): AuditView(at: at, entry: entry)
            }
        }
        return AuditPage(month: stream.name, entries: entries, cursor: "\(commits.last?.version ?? version)")
    }

    private func record(_ entry: AuditEntry) async throws {
        var entry = entry
        entry.request = Self.cut(entry.request)
        entry.reason = entry.reason.map(Self.cut)
        let message = AuditMessage.record(entry)
        let id = "record/\(Secret.identifier())"
        let stream = AuditTrail.stream(at: desk.now())
        try await desk.send([desk.envelope(stream, message, id: id, by: entry.actor ?? Principal.nobody.name)])
    }

    /// Without what PostgreSQL cannot hold, and no longer than is of use.
    private static func cut(_ text: String) -> String {
        String(decoding: text.utf8.filter { $0 >= 0x20 && $0 != 0x7f }.prefix(textBytes), as: UTF8.self)
    }

    private func stream(ofMonth month: String?) throws(Problem) -> StreamID {
        guard let month else { return AuditTrail.stream(at: desk.now()) }
        guard CivilDate("\(month)-01") != nil, month.utf8.count == 7 else {
            let detail = "month=\(month.prefix(40)) is not a month; write it as 2026-11"
            throw Problem(status: 400, code: "malformed-time", detail: detail)
        }
        return AuditTrail.stream(month)
    }
}
