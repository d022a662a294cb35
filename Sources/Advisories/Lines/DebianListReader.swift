import Domain
import Time

/// The list of Debian's security advisories, DSA or DLA: a heading for each, and indented lines below it.
///
/// ```text
/// [31 Jul 2025] DSA-5970-1 sope - security update
///         {CVE-2025-53603}
///         [bookworm] - sope 5.8.0-1+deb12u1
/// ```
struct DebianListReader {
    /// An advisory of which not all lines were read.
    private struct Draft {
        var place: String
        var id: String
        var title: String
        var issued: Timestamp?
        var cves: [CVE] = []
        var fixes: [FixedPackage] = []
        var flaw: String?

        var item: FeedItem {
            if let flaw { return .malformed(Malformed(place: place, reason: flaw)) }
            return .advisory(
                Advisory(
                    id: id,
                    source: .debian,
                    title: title,
                    classification: "security",
                    cves: cves,
                    issued: issued,
                    fixes: fixes,
                    link: "https://security-tracker.debian.org/tracker/\(id)"
                )
            )
        }
    }

    static func isHeader(_ line: Substring) -> Bool { heading(line) != nil }

    func read(_ file: FeedFile, _ deliver: (FeedItem) throws -> Void) throws {
        var lines = LineReader(file)
        var draft: Draft?
        var hasHeading = false
        while let line = try lines.next() {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard !words.isEmpty else { continue }
            if line.first?.isWhitespace == true {
                guard hasHeading else { throw Self.foreign(lines) }
                Self.add(line, words, to: &draft)
                continue
            }
            if let draft { try deliver(draft.item) }
            draft = Self.draft(line[...], lines.number)
            hasHeading = hasHeading || draft != nil
            guard hasHeading else { throw Self.foreign(lines) }
            if draft == nil {
                let reason = "it is no heading of an advisory: \(FeedText.line(line, bytes: 80))"
                try deliver(.malformed(Malformed(place: "line \(lines.number)", reason: reason)))
            }
        }
        if let draft { try deliver(draft.item) }
    }

    // MARK: - Steps

    private static func foreign(_ lines: LineReader) -> Flaw {
        Flaw("it does not begin with the heading of an advisory: it is not of this format", at: "line \(lines.number)")
    }

    private static func heading(_ line: Substring) -> (date: Substring, id: String, title: Substring)? {
        guard line.first == "[", let end = line.firstIndex(of: "]") else { return nil }
        let parts = line[line.index(after: end)...].split(maxSplits: 1, whereSeparator: \.isWhitespace)
        guard let id = parts.first, id.hasPrefix("DSA-") || id.hasPrefix("DLA-"), id.utf8.count > 4,
            id.dropFirst(4).utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") })
        else { return nil }
        return (line[line.index(after: line.startIndex)..<end], String(id), parts.count > 1 ? parts[1] : "")
    }

    private static func draft(_ line: Substring, _ number: Int) -> Draft? {
        guard let heading = heading(line) else { return nil }
        return Draft(
            place: "line \(number), \(heading.id)",
            id: heading.id,
            title: FeedText.line(String(heading.title)),
            issued: date(heading.date)
        )
    }

    /// `31 Jul 2025`.
    private static func date(_ text: Substring) -> Timestamp? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 3, let day = Int(words[0]), let month = months.firstIndex(of: String(words[1])) else {
            return nil
        }
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return FeedText.date("\(words[2])-\(padded(month + 1))-\(padded(day))")
    }

    /// CVEs in braces, or a release with a source package and its fixed version; all else is remarks.
    private static func add(_ line: String, _ words: [Substring], to draft: inout Draft?) {
        guard let first = words.first, draft?.flaw == nil else { return }
        if first.hasPrefix("{") {
            draft?.cves += CVE.mentioned(in: line)
        } else if first.hasPrefix("["), first.hasSuffix("]") {
            guard words.count >= 4, words[1] == "-" else {
                draft?.flaw = "a release's line has no package with a version: \(FeedText.line(line, bytes: 80))"
                return
            }
            // `<not-affected>`, `<unfixed>`, `<end-of-life>`: there is nothing to install.
            guard !words[3].hasPrefix("<") else { return }
            do throws(Flaw) {
                draft?.fixes.append(
                    FixedPackage(
                        product: try FeedText.token(String(first.dropFirst().dropLast()), "a release's name"),
                        name: try FeedText.token(String(words[2]), "a package's name"),
                        version: try FeedText.token(String(words[3]), "a package's version"),
                        isSource: true
                    )
                )
            } catch {
                draft?.flaw = error.reason
            }
        }
    }
}
