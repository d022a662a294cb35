package import Time

/// A time in which nothing may start, once or again and again.
package struct Freeze: Equatable, Sendable {
    package let name: String
    /// Why, for people; may be empty.
    package let reason: String
    let start: WallTime
    let length: Length
    /// nil for that of the site that asks.
    let zone: Zone?
    let recurrence: Recurrence?

    /// How long it lasts: first by the clock, then by elapsed time.
    struct Length: Equatable, Sendable {
        var wallSeconds: Int64 = 0
        var elapsedSeconds: Int64 = 0
    }

    /// A freeze between two times by the clock.
    ///
    /// - Parameters:
    ///   - until: when work may start again.
    ///   - zone: whose clocks; nil for those of each site.
    /// - Throws: for a freeze that has no name or ends before it begins.
    package init(
        name: String,
        reason: String,
        from start: WallTime,
        until end: WallTime,
        zone: Zone? = nil
    ) throws(ScheduleError) {
        guard !name.isEmpty else {
            throw ScheduleError("a freeze from \(start) has no name: people are told by it why they wait")
        }
        guard start < end else {
            throw ScheduleError("the freeze `\(name)` ends at \(end): expected a time after \(start)")
        }
        let length = Length(wallSeconds: end.seconds - start.seconds)
        self.init(name: name, reason: reason, start: start, length: length, zone: zone, recurrence: nil)
    }

    init(name: String, reason: String, start: WallTime, length: Length, zone: Zone?, recurrence: Recurrence?) {
        self.name = name
        self.reason = reason
        self.start = start
        self.length = length
        self.zone = zone
        self.recurrence = recurrence
    }

    /// The first of its times that ends after the moment; nil when there is none any more.
    package func firstSpan(endingAfter moment: Timestamp, siteZone: Zone) -> Range<Timestamp>? {
        let zone = zone ?? siteZone
        guard let recurrence else {
            let span = span(startingAt: start, in: zone)
            return span.upperBound > moment && !span.isEmpty ? span : nil
        }
        // Clocks are never changed by more than a day: a span that began earlier is over.
        let longest = length.wallSeconds + length.elapsedSeconds + 86_400
        var next = WallTime(seconds: zone.wallTime(at: moment).seconds - longest)
        while let start = recurrence.first(from: next) {
            let span = span(startingAt: start, in: zone)
            if span.upperBound > moment, !span.isEmpty { return span }
            next = WallTime(seconds: start.seconds + 1)
        }
        return nil
    }

    // MARK: - Steps

    private func span(startingAt start: WallTime, in zone: Zone) -> Range<Timestamp> {
        let end = zone.moment(of: WallTime(seconds: start.seconds + length.wallSeconds))
        return zone.moment(of: start)..<(end + .seconds(length.elapsedSeconds))
    }
}
