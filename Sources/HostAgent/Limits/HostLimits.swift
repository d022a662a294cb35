package import AgentProtocol
package import Time

/// What a host's owner lets orders do to it, whatever the control plane says.
///
/// Limits take away and never give: an order's window is what both allow.
package struct HostLimits: Equatable, Sendable {
    /// Hours of the week in which nothing changes the host.
    package var businessHours: [WeeklyHours] = []
    /// Days on which nothing changes it.
    package var freezes: [FrozenDays] = []
    /// Whether it is never rebooted by an order.
    package var neverReboot = false
    /// Names of packages that stay as they are.
    package var heldPackages: Set<String> = []

    package init() {}

    /// How far ahead a window is compared with the limits; one that is longer ends there.
    private static let horizon = Duration.seconds(8 * 86_400)
    private static let minute = Duration.seconds(60)

    /// Why nothing may change the host at a moment.
    package struct Closure: Equatable, Sendable {
        package var reason: RefusalReason
        package var detail: String
    }

    /// nil when the host may be changed then.
    package func closure(at moment: Timestamp) -> Closure? {
        for freeze in freezes where freeze.contains(LocalTime(moment, in: freeze.zone)) {
            return Closure(reason: .freeze, detail: "the host is frozen \(freeze)")
        }
        for hours in businessHours where hours.contains(LocalTime(moment, in: hours.zone)) {
            return Closure(reason: .businessHours, detail: "the host has business hours \(hours)")
        }
        return nil
    }

    /// The order as this host does it: its window ends where the limits say, and a reboot that they forbid is left out.
    ///
    /// - Throws: when the limits let it not begin. A scan changes nothing, and is always let.
    package func narrowed(_ order: Order, at now: Timestamp) throws(OrderRefusal) -> Order {
        guard order.work != .scan else { return order }
        let start = max(now, order.window.opens)
        if let closure = closure(at: start) {
            let detail = "\(closure.detail) by \(HostLimitsFile.path); by this host's clock it is \(now)"
            throw OrderRefusal(order: order.id, closure.reason, detail)
        }
        var order = order
        order.window.cutoff = end(of: start, before: order.window.cutoff)
        if neverReboot, case .install(let plan, let patches, let newcomers, _) = order.work {
            order.work = .install(planDigest: plan, patches: patches, newcomers: newcomers, reboot: .never)
        }
        return order
    }

    /// When the time that is open at `start` ends, to the minute.
    private func end(of start: Timestamp, before cutoff: Timestamp) -> Timestamp {
        guard !businessHours.isEmpty || !freezes.isEmpty else { return cutoff }
        let last = min(cutoff, start + Self.horizon)
        var moment = Timestamp(microseconds: start.microseconds - start.microseconds % 60_000_000) + Self.minute
        while moment < last {
            guard closure(at: moment) == nil else { return moment }
            moment = moment + Self.minute
        }
        return last
    }
}

/// Hours of some days of the week.
package struct WeeklyHours: Equatable, Sendable, CustomStringConvertible {
    /// Days of the week in their order from Sunday on.
    package enum Day: String, Codable, CaseIterable, Sendable { case sun, mon, tue, wed, thu, fri, sat }

    package var days: Set<Day>
    /// Minutes since midnight; the end does not belong to it.
    package var minutes: Range<Int>
    package var zone: LocalTime.Zone

    package init(days: Set<Day>, minutes: Range<Int>, zone: LocalTime.Zone) {
        self.days = days
        self.minutes = minutes
        self.zone = zone
    }

    func contains(_ time: LocalTime) -> Bool {
        Day.allCases.indices.contains(time.weekday) && days.contains(Day.allCases[time.weekday])
            && minutes.contains(time.minute)
    }

    package var description: String {
        let names = Day.allCases.filter(days.contains).map(\.rawValue).joined(separator: ", ")
        let (from, to) = (ClockTime.text(minutes.lowerBound), ClockTime.text(minutes.upperBound))
        return "\(names) \(from) to \(to) \(zone.rawValue)"
    }
}

/// Days of the calendar, both ends among them.
package struct FrozenDays: Equatable, Sendable, CustomStringConvertible {
    package var from: CivilDate
    package var to: CivilDate
    package var zone: LocalTime.Zone

    package init(from: CivilDate, to: CivilDate, zone: LocalTime.Zone) {
        self.from = from
        self.to = to
        self.zone = zone
    }

    func contains(_ time: LocalTime) -> Bool {
        (from.daysSince1970...to.daysSince1970).contains(time.date.daysSince1970)
    }

    package var description: String { "from \(from) to \(to) \(zone.rawValue)" }
}
