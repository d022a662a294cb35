import Domain
import Time

/// FIRST's exploit probabilities as CSV: a comment with model and day, a heading, a line for each CVE.
struct ScoreReader {
    private static let heading = "cve,epss,percentile"

    func read(_ file: FeedFile, _ deliver: (FeedItem) throws -> Void) throws {
        var lines = LineReader(file)
        var line = try lines.next()
        let (model, scoredAt) = try Self.comment(&line, &lines)
        guard line == Self.heading else {
            throw Flaw("its heading is not \(Self.heading)", at: "line \(max(1, lines.number))")
        }
        while let row = try lines.next() {
            // A line that was cut off may still look like a row.
            guard lines.hadEnd else { throw Flaw("it is truncated: get it again", at: "line \(lines.number)") }
            guard let score = Self.score(row, model, scoredAt) else {
                let reason = "it is not a CVE with two numbers from 0 to 1: \(FeedText.line(row, bytes: 80))"
                try deliver(.malformed(Malformed(place: "line \(lines.number)", reason: reason)))
                continue
            }
            try deliver(.exploitProbability(score))
        }
    }

    // MARK: - Steps

    /// Reads `#model_version:MODEL,score_date:DATE` and goes on to the heading; feeds of the first years have no such line.
    private static func comment(
        _ line: inout String?,
        _ lines: inout LineReader
    ) throws(Flaw) -> (model: String, scoredAt: Timestamp?) {
        guard let comment = line, comment.hasPrefix("#") else { return ("", nil) }
        var values: [Substring: Substring] = [:]
        for member in comment.dropFirst().split(separator: ",") {
            guard let colon = member.firstIndex(of: ":") else { continue }
            values[member[..<colon]] = member[member.index(after: colon)...]
        }
        line = try lines.next()
        let model = FeedText.line(values["model_version"].map(String.init), bytes: 80)
        return (model, FeedText.date(values["score_date"].map(String.init)))
    }

    private static func score(_ row: String, _ model: String, _ scoredAt: Timestamp?) -> ExploitProbability? {
        let cells = row.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map(Substring.init)
        guard cells.count == 3, let cve = CVE(cells[0]), let probability = Double(cells[1]),
            let percentile = Double(cells[2])
        else { return nil }
        return ExploitProbability(
            cve: cve,
            probability: probability,
            percentile: percentile,
            model: model,
            scoredAt: scoredAt
        )
    }
}
