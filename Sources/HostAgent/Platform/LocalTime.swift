import Glibc
package import Time

/// A moment as a clock on the wall shows it.
package struct LocalTime: Equatable, Sendable {
    /// Where the wall is.
    package enum Zone: String, Codable, CaseIterable, Sendable {
        /// Where the host is set to be, by `/etc/localtime`.
        case local
        case utc = "UTC"
    }

    package var date: CivilDate
    /// From Sunday on, which is 0.
    package var weekday: Int
    /// Since midnight.
    package var minute: Int

    package init(_ moment: Timestamp, in zone: Zone) {
        var seconds = time_t(moment.microseconds / 1_000_000)
        var parts = tm()
        switch zone {
        case .local:
            // The host may have been set to another place meanwhile.
            tzset()
            localtime_r(&seconds, &parts)
        case .utc: gmtime_r(&seconds, &parts)
        }
        date = CivilDate(year: Int64(parts.tm_year) + 1_900, month: Int64(parts.tm_mon) + 1, day: Int64(parts.tm_mday))
        weekday = Int(parts.tm_wday)
        minute = Int(parts.tm_hour) * 60 + Int(parts.tm_min)
    }
}

/// `08:00`, in minutes since midnight; `24:00` ends a day.
enum ClockTime {
    static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy(\.isASCII) }),
            let hour = UInt8(parts[0]), let minute = UInt8(parts[1]), minute < 60,
            hour < 24 || hour == 24 && minute == 0
        else { return nil }
        return Int(hour) * 60 + Int(minute)
    }

    static func text(_ minutes: Int) -> String { "\(digits(minutes / 60)):\(digits(minutes % 60))" }

    private static func digits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
