import Time

/// The `Date` of an HTTP answer, `Thu, 26 Nov 2026 13:54:22 GMT` (RFC 9110 §5.6.7); the obsolete forms are not read.
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func timestamp(_ text: String) -> Timestamp? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int64(words[1]), let year = Int64(words[3]),
            let month = months.firstIndex(of: String(words[2])), (1...31).contains(day), (1970...9999).contains(year)
        else { return nil }
        let parts = words[4].split(separator: ":").compactMap { Int64($0) }
        guard parts.count == 3, (0...23).contains(parts[0]), (0...59).contains(parts[1]), (0...60).contains(parts[2])
        else { return nil }
        let date = CivilDate(year: year, month: Int64(month) + 1, day: day)
        return date.beginning + .seconds(parts[0] * 3_600 + parts[1] * 60 + parts[2])
    }
}
