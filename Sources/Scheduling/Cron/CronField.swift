/// One field of a cron expression: its values, and how they may be written.
struct CronField {
    static let monthNames = named(["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"])
    static let weekdayNames = named(Weekday.names)

    private let title: String
    private let range: ClosedRange<Int>
    private let names: [String: Int]
    private let specials: String?
    private let isCircular: Bool

    /// - Parameters:
    ///   - specials: what else an item may be, for messages.
    ///   - isCircular: its first value follows on its last, so that a range may pass the end, as `FRI-MON` does.
    init(
        _ title: String,
        _ range: ClosedRange<Int>,
        names: [String: Int] = [:],
        specials: String? = nil,
        isCircular: Bool = true
    ) {
        self.title = title
        self.range = range
        self.names = names
        self.specials = specials
        self.isCircular = isCircular
    }

    func allowed(by text: String) throws(ScheduleError) -> AllowedValues {
        AllowedValues(try values(of: text), of: range)
    }

    /// The values of a list such as `*`, `5,10`, `9-17`, `*/15`, `MON-FRI`.
    func values(of text: String) throws(ScheduleError) -> Set<Int> {
        var values: Set<Int> = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            values.formUnion(try self.values(ofItem: String(item)))
        }
        return values
    }

    /// One number or name.
    ///
    /// - Parameter item: what it is a part of, for the message.
    func value(of text: some StringProtocol, in item: String) throws(ScheduleError) -> Int {
        if let value = names[text.uppercased()] { return value }
        guard let value = Self.number(text), range.contains(value) else { throw error(item) }
        return value
    }

    /// Digits and nothing else.
    static func number(_ text: some StringProtocol) -> Int? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }

    func error(_ item: String) -> ScheduleError {
        ScheduleError("`\(item)` is not a value of the field \(title): expected \(expectation)")
    }

    // MARK: - Steps

    private var expectation: String {
        var expectation = "\(range.lowerBound) to \(range.upperBound)"
        if let first = names.min(by: { $0.value < $1.value }), let last = names.max(by: { $0.value < $1.value }) {
            expectation += " or \(first.key) to \(last.key)"
        }
        return specials.map { "\(expectation), \($0)" } ?? expectation
    }

    private func values(ofItem item: String) throws(ScheduleError) -> [Int] {
        let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return try span(of: parts[0], in: item) }
        // More than the whole range is no step but a mistake such as `*/90` for every ninety minutes.
        let longest = min(range.upperBound, range.count)
        guard let step = Self.number(parts[1]), (1...longest).contains(step) else {
            throw ScheduleError("`\(item)` has no step in the field \(title): expected 1 to \(longest) after the slash")
        }
        // `5/10` counts from 5 to the end of the range; `5-30/10` ends at 30.
        let isOpen = parts[0] != "*" && !parts[0].contains("-")
        let span =
            isOpen
            ? Array(try value(of: parts[0], in: item)...range.upperBound) : try span(of: parts[0], in: item)
        return stride(from: 0, to: span.count, by: step).map { span[$0] }
    }

    /// The values of `*`, `5` or `9-17`.
    private func span(of text: Substring, in item: String) throws(ScheduleError) -> [Int] {
        if text == "*" { return Array(range) }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let first = try value(of: ends[0], in: item)
        guard ends.count == 2 else { return [first] }
        let last = try value(of: ends[1], in: item)
        if first <= last { return Array(first...last) }
        guard isCircular else { throw error(item) }
        return Array(first...range.upperBound) + Array(range.lowerBound...last)
    }

    private static func named(_ names: [String]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: zip(names, 1...))
    }
}
