import Time

/// What the package mirrors offer, and from when on.
struct Repository {
    /// Approved by every baseline here, but for ``rejected``.
    static let names = ["kernel", "lib", "tool", "web"]
    static let rejected = "legacy"
    static let first = "1.0"

    private var published: [String: [(version: String, at: Timestamp)]] = [:]

    init(_ start: Timestamp, _ random: inout RandomSource) {
        for name in Self.names + [Self.rejected] {
            var moment = start - .seconds(86_400)
            var versions: [(String, Timestamp)] = []
            for number in 2...4 {
                versions.append(("\(number).0", moment))
                moment = moment + random.seconds(86_400...864_000)
            }
            published[name] = versions
        }
    }

    /// The newest version that is offered.
    func candidate(of name: String, at moment: Timestamp) -> String {
        published[name]?.last { $0.at <= moment }?.version ?? Self.first
    }
}
