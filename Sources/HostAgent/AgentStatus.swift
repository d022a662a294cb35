import AgentProtocol
package import Time

/// What an agent is and does, by its folder and its host alone: nobody is asked.
package struct AgentStatus: Codable, Equatable, Sendable {
    /// The order that is carried out.
    package struct UnderWay: Codable, Equatable, Sendable {
        package var order: String
        /// Where it stands, in words.
        package var step: String
        /// What its package manager is at.
        package var progress: String?
        /// What it waits for.
        package var waitsFor: String?
        package var windowOpens: Timestamp
        /// By the host's own limits, too.
        package var windowCutoff: Timestamp
        package var windowCloses: Timestamp
    }

    /// The end of an order.
    package struct Ending: Codable, Equatable, Sendable {
        package var order: String
        package var outcome: String
        package var at: Timestamp
        package var detail: String?
    }

    package var node: String
    package var server: String
    package var site: String
    package var patchGroup: String
    package var root: String
    /// When the control plane answered last; nil when it never did.
    package var lastContact: Timestamp?
    package var underWay: UnderWay?
    package var lastOrder: Ending?
    package var lastRefusal: Ending?
    /// Reports that wait to be sent.
    package var reportsToSend: Int
    /// Why the host wants a reboot; nil when its package manager cannot be asked.
    package var rebootReasons: [String]?
    /// What the host's owner allows, in words.
    package var limits: [String]
    /// Programs that use libraries which were replaced since they started.
    package var toRestart: [String]

    /// One thing that a person is told.
    package struct Line: Equatable, Sendable {
        package var label: String
        package var text: String

        init(_ label: String, _ text: String) {
            self.label = label
            self.text = text
        }
    }

    /// All of it for a person.
    package var lines: [Line] {
        var lines = [
            Line("node", node), Line("server", server), Line("last contact", lastContact.map { "\($0)" } ?? "never"),
        ]
        // The control plane alone knows them of a node that its stock agent registered.
        if !site.isEmpty { lines += [Line("site", site), Line("patch group", patchGroup)] }
        lines.append(Line("root", root))
        lines += orderLines
        lines.append(Line("to be sent", "\(reportsToSend) reports"))
        lines += (rebootReasons ?? ["its package manager cannot be asked"]).map { Line("reboot", $0) }
        lines += limits.map { Line("limit", $0) }
        lines += toRestart.map { Line("to restart", $0) }
        return lines
    }

    private var orderLines: [Line] {
        var lines: [Line] = []
        if let run = underWay {
            lines.append(Line("under way", "\(run.order), \(run.step)" + (run.progress.map { ": \($0)" } ?? "")))
            lines.append(Line("window", "opens \(run.windowOpens), nothing begins from \(run.windowCutoff) on"))
            if let reason = run.waitsFor { lines.append(Line("waits for", reason)) }
        } else {
            lines.append(Line("under way", "none"))
        }
        lines.append(Line("last order", lastOrder.map { "\($0.order), \($0.outcome) at \($0.at)" } ?? "none"))
        if let last = lastRefusal {
            let detail = last.detail.map { ": \($0)" } ?? ""
            lines.append(Line("last refusal", "\(last.order) at \(last.at), \(last.outcome)\(detail)"))
        }
        return lines
    }
}
