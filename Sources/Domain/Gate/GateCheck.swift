/// A question about the world that a gate asks again and again, and what its answer must be.
package struct GateCheck: Codable, Equatable, Sendable {
    package static let maximumCount = 20
    package static let everySecondsRange = 10...86_400
    package static let timeoutSecondsRange = 1...60
    package static let failuresRange = 1...100
    package static let defaultEverySeconds = 60
    package static let defaultTimeoutSeconds = 10
    package static let defaultFailures = 3

    package var name: String
    package var probe: Probe
    /// From an answer to the next question.
    package var everySeconds: Int
    /// How long the answer may take; at most ``everySeconds``, or no pass would be fresh.
    package var timeoutSeconds: Int
    /// So many failures in a row halt the cycle.
    package var failures: Int

    /// What is asked of whom.
    package enum Probe: Codable, Equatable, Sendable {
        /// A GET, without following redirects; the status must be in the range, and the body contain the text.
        case http(url: String, status: ClosedRange<Int>, contains: String?)
        /// Somebody must accept connections there.
        case tcp(host: String, port: Int)
        /// Every value of an instant query must be as the comparison says, and there must be one.
        case prometheus(url: String, query: String, is: Comparison)
    }

    package init(
        name: String,
        probe: Probe,
        everySeconds: Int = GateCheck.defaultEverySeconds,
        timeoutSeconds: Int = GateCheck.defaultTimeoutSeconds,
        failures: Int = GateCheck.defaultFailures
    ) {
        self.name = name
        self.probe = probe
        self.everySeconds = everySeconds
        self.timeoutSeconds = timeoutSeconds
        self.failures = failures
    }

    /// How long a pass counts: one question may be late, two may not.
    package var freshSeconds: Int { 2 * everySeconds }

    /// What must be found, in a few words such as `< 0.05` or `status 200..299`.
    package var limit: String {
        switch probe {
        case .http(_, let status, let text):
            (status.count == 1 ? "status \(status.lowerBound)" : "status \(status.lowerBound)..\(status.upperBound)")
                + (text.map { " with `\($0)`" } ?? "")
        case .tcp(let host, let port): "a connection to \(host.contains(":") ? "[\(host)]" : host):\(port)"
        case .prometheus(_, _, let comparison): comparison.text
        }
    }
}
