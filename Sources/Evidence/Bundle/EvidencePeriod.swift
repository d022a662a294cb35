package import Time

/// The calendar month (UTC) that a bundle is about.
package struct EvidencePeriod: Equatable, Sendable, CustomStringConvertible {
    /// As in `2026-06`.
    package let description: String
    package let begin: Timestamp
    /// The first moment that is not in it.
    package let end: Timestamp

    /// Reads ``description``; nil for anything else.
    package init?(_ text: String) {
        guard text.utf8.count == 7, let first = CivilDate(text + "-01") else { return nil }
        let length = CivilDate.days(in: first.month, of: first.year)
        description = text
        begin = first.beginning
        end = CivilDate(year: first.year, month: first.month, day: length).end
    }
}
