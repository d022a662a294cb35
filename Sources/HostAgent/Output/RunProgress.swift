/// How far a package manager has come, by its own words in its log.
package struct RunProgress: Equatable, Sendable {
    package var percent: Int
    /// What it is at, such as `Unpacking openssl (amd64)`.
    package var step: String

    /// What apt writes for programs (`APT::Status-Fd`) between what it writes for people.
    private static let prefixes = ["pmstatus:", "dlstatus:", "pmerror:", "pmconffile:", "media-change:"]

    /// By the last line that tells it; nil when none does.
    ///
    ///     pmstatus:openssl:33.3333:Unpacking openssl (amd64)
    ///       Upgrading        : openssl-1:3.0.8-1.amzn2023.x86_64          1/3
    package init?(log: String) {
        for line in log.split(separator: "\n").reversed() {
            if let progress = Self(apt: line) ?? Self(dnf: line) {
                self = progress
                return
            }
        }
        return nil
    }

    private init?(apt line: Substring) {
        guard line.hasPrefix("pmstatus:") || line.hasPrefix("dlstatus:") else { return nil }
        let fields = line.split(separator: ":", maxSplits: 3)
        guard fields.count == 4, let percent = Double(fields[2]), (0...100).contains(percent) else { return nil }
        self.percent = Int(percent)
        step = String(fields[3])
    }

    private init?(dnf line: Substring) {
        guard line.hasPrefix("  "), let colon = line.firstIndex(of: ":") else { return nil }
        let words = line[line.index(after: colon)...].split(separator: " ")
        let count = words.last?.split(separator: "/").compactMap { Int($0) } ?? []
        guard words.count == 2, count.count == 2, count[1] > 0, (0...count[1]).contains(count[0]) else { return nil }
        percent = count[0] * 100 / count[1]
        step = line[..<colon].split(separator: " ").joined(separator: " ") + " " + words[0]
    }

    /// The text without the lines that are for programs.
    package static func withoutStatus(_ text: [UInt8]) -> [UInt8] {
        Array(
            text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).filter { line in
                !prefixes.contains { line.starts(with: $0.utf8) }
            }.joined(separator: [UInt8(ascii: "\n")])
        )
    }
}

extension RunProgress: CustomStringConvertible {
    package var description: String { "\(percent) %, \(step)" }
}
