import ArgumentParser
import Time

extension Timestamp {
    /// A moment as people type it.
    static func argument(_ text: String) throws -> Self {
        guard let moment = Self(iso8601: text) else {
            throw ValidationError("\(text) is not a time; give one such as 2026-11-24T02:30:00Z.")
        }
        return moment
    }
}

extension CivilDate {
    /// A day as people type it.
    static func argument(_ text: String) throws -> Self {
        guard let day = Self(text) else {
            throw ValidationError("\(text) is not a day; give one such as 2026-11-24.")
        }
        return day
    }
}
