extension Timestamp {
    /// A moment as vendors of advisories write it: with or without seconds, time or zone (UTC then), or as seconds since 1970.
    ///
    /// - Returns: nil for anything else.
    package init?(lenient text: String) {
        let text = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if let seconds = Int64(text), (0...253_402_300_799).contains(seconds) {
            self.init(microseconds: seconds * 1_000_000)
            return
        }
        let moment = Self(iso8601: text) ?? Self(iso8601: text + "Z") ?? Self(iso8601: text + "T00:00:00Z")
        guard let moment else { return nil }
        self = moment
    }
}
