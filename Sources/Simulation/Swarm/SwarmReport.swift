/// What a swarm has shown.
package struct SwarmReport: Sendable {
    package private(set) var runs = 0
    package private(set) var hostDays = 0.0
    package private(set) var actions = 0
    package private(set) var occasions: [Occasion: Int] = [:]
    /// Of all logs; the same for the same plans, in every process.
    private var digests: [UInt64: String] = [:]
    /// The failing run with the lowest seed, as small as could be.
    package var failure: RunResult?
    package var duration = Duration.zero
    /// So many worlds that each occasion must have come.
    var isComplete = false

    mutating func add(_ result: RunResult) {
        runs += 1
        hostDays += result.hostDays
        actions += result.actions
        digests[result.plan.seed] = result.digest
        occasions.merge(result.occasions) { $0 + $1 }
        guard result.violation != nil, result.plan.seed < failure?.plan.seed ?? .max else { return }
        failure = result
    }

    /// The occasions that never came.
    package var missing: [Occasion] { Occasion.allCases.filter { occasions[$0] == nil } }

    package var isGood: Bool { failure == nil && (!isComplete || missing.isEmpty) }

    /// For people.
    package var text: String {
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        var lines = [
            "\(runs) worlds, \(Int(hostDays)) host-days and \(actions) actions in \(Int(seconds)) s: "
                + "\(Int(hostDays / max(seconds, 0.001))) host-days/s; logs \(digest)"
        ]
        for occasion in Occasion.allCases { lines.append("\(padded(occasions[occasion] ?? 0))  \(occasion.rawValue)") }
        if isComplete, !missing.isEmpty {
            lines.append("\(missing.count) of these never came: nothing is shown about them")
        }
        if let failure, let violation = failure.violation {
            lines += ["", "what happened last, in the smallest run that fails:"] + failure.trace
            lines += ["", "\(violation)", "run it again: \(failure.plan.command)"]
        }
        return lines.joined(separator: "\n")
    }

    private var digest: String {
        let all = digests.sorted { $0.key < $1.key }.map(\.value).joined(separator: " ")
        return String(LaneWork.digest(of: Array(all.utf8)).prefix(16))
    }

    private func padded(_ count: Int) -> String {
        let text = String(count)
        return String(repeating: " ", count: max(0, 8 - text.count)) + text
    }
}
