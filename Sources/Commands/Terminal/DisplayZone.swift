import Glibc

/// The zone that times are shown in to a person.
package struct DisplayZone: Sendable {
    /// How far it is ahead of UTC at a time, in seconds.
    package let offset: @Sendable (_ secondsSince1970: Int64) -> Int

    package init(offset: @escaping @Sendable (Int64) -> Int) { self.offset = offset }

    package static let utc = Self { _ in 0 }

    /// The system's, or what the variable `TZ` says.
    package static let local: Self = {
        tzset()
        return Self { seconds in
            var (time, parts) = (time_t(seconds), tm())
            return localtime_r(&time, &parts) == nil ? 0 : parts.tm_gmtoff
        }
    }()

    /// Of what is printed for people; machines get UTC.
    @TaskLocal package static var current = DisplayZone.utc
}
