/// One field of a cron expression: its values, and how they may be written.
struct CronField {
    static let monthNames = named(["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"])
    static let weekDayNames = named(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])

    private let title: String
    private let range: ClosedRange<Int>
    private let names: [String: Int]

    init(_ title: String, _ range: ClosedRange<Int>, names: [String: Int] = [:]) {
        self.title = title
        self.range = range
        self.names = names
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
    func value(of text: String) throws(ScheduleError) -> Int {
        if let value = names[text.uppercased()] { return value }
        guard let value = Int(text), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), range.contains(value) else {
            throw ScheduleError("`\(text)` is not a value of the field \(title): expected \(expectation)")
        }
        return value
    }

    // MARK: - Steps

    private var expectation: String {
        let numbers = "\(range.lowerBound) to \(range.upperBound)"
        guard let first = names.min(by: { $0.value < $1.value }), let last = names.max(by: { $0.value < $1.value })
        else { return numbers }
        return "\(numbers) or \(first.key) to \(last.key)"
    }

    private func values(ofItem item: String) throws(ScheduleError) -> [Int] {
        let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return try span(of: parts[0]) }
        guard let step = Int(parts[1]), step > 0 else {
            throw ScheduleError("`\(item)` has no step in the field \(title): expected a number after the slash")
        }
        // `5/10` counts from 5 to the end of the range; `5-30/10` ends at 30.
        let isOpen = parts[0] != "*" && !parts[0].contains("-")
        let span = isOpen ? Array(try value(of: parts[0])...range.upperBound) : try span(of: parts[0])
        return stride(from: 0, to: span.count, by: step).map { span[$0] }
    }

    /// The values of `*`, `5` or `9-17`; a range may pass the end, as `FRI-MON` does.
    private func span(of text: String) throws(ScheduleError) -> [Int] {
        if text == "*" { return Array(range) }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let first = try value(of: ends[0])
        guard ends.count == 2 else { return [first] }
        let last = try value(of: ends[1])
        return first <= last ? Array(first...last) : Array(first...range.upperBound) + Array(range.lowerBound...last)
    }

    private static func named(_ names: [String]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: zip(names, 1...))
    }
}
