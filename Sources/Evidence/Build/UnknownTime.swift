import Domain
import Time

/// How long nothing proved whether a node was compliant.
struct UnknownTime: Equatable {
    /// What a look at a node has shown.
    struct Look {
        var at: Timestamp
        /// Why it proves nothing; nil when it does.
        var doubt: NodeCompliance.UnknownReason?
    }

    private(set) var total = Duration.zero
    private(set) var longest: Range<Timestamp>?
    /// Of the longest.
    private(set) var cause: NodeCompliance.UnknownReason?

    /// - Parameters:
    ///   - scope: when the node was under management.
    ///   - looks: in the order of time; each holds until the next one, and two days at most.
    init(in scope: Range<Timestamp>, _ looks: [Look]) {
        // Up to where it is settled, and from where on nothing is proved any more.
        var (proved, reason) = (scope.lowerBound, NodeCompliance.UnknownReason.neverScanned)
        for look in looks where look.at < scope.upperBound {
            let at = max(scope.lowerBound, look.at)
            if proved < at { add(proved..<at, reason) }
            let lifetime = look.doubt == nil ? NodeCompliance.scanLifetimeSeconds : 0
            // What it proves, and what it puts in doubt, holds from here on, whatever was proved before.
            proved = max(at, look.at + .seconds(lifetime))
            reason = look.doubt ?? .staleScan
        }
        if proved < scope.upperBound { add(proved..<scope.upperBound, reason) }
    }

    private mutating func add(_ gap: Range<Timestamp>, _ reason: NodeCompliance.UnknownReason) {
        let length = gap.upperBound - gap.lowerBound
        total += length
        if longest.map({ $0.upperBound - $0.lowerBound < length }) ?? true { (longest, cause) = (gap, reason) }
    }
}
