import Time

/// A region or data centre: its clocks, and when nothing may be done to its hosts.
package struct Site: Equatable, Sendable {
    package let name: String
    package let zone: Zone
    package let businessHours: BusinessHours
    /// Those that hold here; one without a zone goes by the site's clocks.
    package let freezes: [Freeze]

    package init(name: String, zone: Zone, businessHours: BusinessHours = .none, freezes: [Freeze] = []) {
        self.name = name
        self.zone = zone
        self.businessHours = businessHours
        self.freezes = freezes
    }

    /// Business hours, and then each freeze, that a piece of work would touch; empty if none.
    func denials(of work: Range<Timestamp>) -> [Denial] {
        var denials: [Denial] = []
        let start = work.lowerBound
        if let span = businessHours.firstSpan(endingAfter: start, in: zone), span.lowerBound < work.upperBound {
            denials.append(.businessHours(until: span.upperBound))
        }
        for freeze in freezes {
            let span = freeze.firstSpan(endingAfter: start, siteZone: zone)
            guard let span, span.lowerBound < work.upperBound else { continue }
            denials.append(.freeze(name: freeze.name, reason: freeze.reason, until: span.upperBound))
        }
        return denials
    }
}
