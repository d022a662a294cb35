/// How far a package manager has come, by what it prints for people.
///
/// What apt prints for programs (`APT::Status-Fd`) would need a descriptor of its own: on those that the agent's tools have, it
/// takes the output away from the packages' scripts, which then fail.
package struct RunProgress: Equatable, Sendable {
    package var percent: Int
    /// What it is at, such as `Unpacking openssl`.
    package var step: String

    /// By the output of one run so far; nil when it tells nothing.
    package init?(log: String) {
        let lines = log.split(separator: "\n")
        guard let progress = Self(apt: lines) ?? Self(dnf: lines) else { return nil }
        self = progress
    }

    /// Each package is unpacked and set up once.
    ///
    ///     2 upgraded, 1 newly installed, 0 to remove and 4 not upgraded.
    ///     Unpacking openssl (3.0.22-1) over (3.0.20-1) ...
    ///     Setting up openssl (3.0.22-1) ...
    private init?(apt lines: [Substring]) {
        let steps = lines.filter { $0.hasPrefix("Unpacking ") || $0.hasPrefix("Setting up ") }
        let counts = lines.first { $0.contains(" newly installed, ") }?.split(separator: ",").prefix(2) ?? []
        let total = counts.compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }.reduce(0, +)
        guard let last = steps.last, total > 0, total < 1 << 20 else { return nil }
        percent = min(100, steps.count * 100 / (2 * total))
        step = last.prefix { $0 != "(" }.split(separator: " ").joined(separator: " ")
    }

    /// Each step of the transaction has its number.
    ///
    ///       Upgrading        : openssl-1:3.0.8-1.amzn2023.x86_64          1/3
    private init?(dnf lines: [Substring]) {
        for line in lines.reversed() where line.hasPrefix("  ") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let words = line[line.index(after: colon)...].split(separator: " ")
            let count = words.last?.split(separator: "/").compactMap { Int($0) } ?? []
            guard words.count == 2, count.count == 2, count[1] > 0, count[1] < 1 << 20,
                (0...count[1]).contains(count[0])
            else { continue }
            percent = count[0] * 100 / count[1]
            step = line[..<colon].split(separator: " ").joined(separator: " ") + " " + words[0]
            return
        }
        return nil
    }
}

extension RunProgress: CustomStringConvertible {
    package var description: String { "\(percent) %, \(step)" }
}
