import ArgumentParser

/// A length of time as people type it: `90s`, `30m`, `24h`, `7d`.
package struct Span: ExpressibleByArgument, Equatable, Sendable, CustomStringConvertible {
    package var seconds: Int
    package let description: String

    /// nil for anything but a whole number greater than zero and one of the units s, m, h, d.
    package init?(argument: String) {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let last = argument.last, let unit = units[last], argument.first?.isNumber == true,
            let count = Int(argument.dropLast()), count > 0
        else { return nil }
        let (seconds, isTooLong) = count.multipliedReportingOverflow(by: unit)
        guard !isTooLong else { return nil }
        self.seconds = seconds
        description = argument
    }

    package static let oneHour = Self(seconds: 3_600, description: "1h")
    package static let oneDay = Self(seconds: 86_400, description: "24h")
    package static let ninetyDays = Self(seconds: 90 * 86_400, description: "90d")

    private init(seconds: Int, description: String) {
        self.seconds = seconds
        self.description = description
    }
}
