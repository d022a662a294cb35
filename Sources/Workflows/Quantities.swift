import Domain
import Scheduling
import Time

extension ProblemList {
    /// Seconds of a text such as `90m`, `4h` or `1d12h`.
    func seconds(_ value: YAMLValue, in range: ClosedRange<Int>, what: String) -> Int? {
        let expected = "\(what) such as 30m, 4h or 1d12h"
        guard let text = text(value, expected: expected) else { return nil }
        guard let seconds = Self.seconds(text) else {
            add("found \(value.title): expected \(expected)", at: value.place)
            return nil
        }
        guard range.contains(seconds) else {
            let bounds = "\(Self.words(range.lowerBound)) to \(Self.words(range.upperBound))"
            add("\(what) of \(text) is out of range: expected \(bounds)", at: value.place)
            return nil
        }
        return seconds
    }

    /// A number or a percentage of hosts.
    func limit(_ value: YAMLValue, from minimum: Int, what: String) -> Limit? {
        let expected = "a number of hosts such as 5 or a percentage such as 10%"
        guard let text = text(value, expected: expected) else { return nil }
        let isPercent = text.hasSuffix("%")
        guard let number = Int(isPercent ? text.dropLast() : text[...]) else {
            add("found \(value.title): expected \(expected) for \(what)", at: value.place)
            return nil
        }
        guard (minimum...(isPercent ? 100 : 10_000_000)).contains(number) else {
            let bounds = isPercent ? "\(minimum)% to 100%" : "at least \(minimum)"
            add("\(what) of \(text) is out of range: expected \(bounds)", at: value.place)
            return nil
        }
        return isPercent ? .percent(number) : .count(number)
    }

    func number(_ value: YAMLValue, in range: ClosedRange<Int>, what: String) -> Int? {
        let expected = "\(what), a number from \(range.lowerBound) to \(range.upperBound)"
        guard let text = text(value, expected: expected) else { return nil }
        if let number = Int(text), range.contains(number) { return number }
        add("found \(value.title): expected \(expected)", at: value.place)
        return nil
    }

    func boolean(_ value: YAMLValue) -> Bool? {
        switch value.content {
        case .scalar("true"): return true
        case .scalar("false"): return false
        default:
            add("found \(value.title): expected true or false", at: value.place)
            return nil
        }
    }

    /// A day such as `2026-12-31`.
    func date(_ value: YAMLValue) -> CivilDate? {
        guard let text = text(value, expected: "a day such as 2026-12-31") else { return nil }
        if let date = CivilDate(text) { return date }
        add("found \(value.title): expected a day such as 2026-12-31", at: value.place)
        return nil
    }

    func zone(_ value: YAMLValue) -> String? {
        guard let name = text(value, expected: "an IANA time zone such as Europe/Berlin") else { return nil }
        return understood(name, at: value.place) { text throws(ScheduleError) in _ = try Zone(text) }
    }

    func schedule(_ value: YAMLValue) -> String? {
        guard let text = text(value, expected: "a schedule: cron(…), rate(…) or at(…)") else { return nil }
        return understood(text, at: value.place) { text throws(ScheduleError) in _ = try ScheduleExpression(text) }
    }

    /// `1h30m` for 5400.
    static func words(_ seconds: Int) -> String {
        var (rest, words) = (seconds, "")
        for (unit, length) in units where rest >= length {
            words += "\(rest / length)\(unit)"
            rest %= length
        }
        return words.isEmpty ? "0s" : words
    }

    // MARK: - Steps

    private static let units: [(Character, Int)] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)]

    private static func seconds(_ text: String) -> Int? {
        var (total, number) = (0, "")
        for character in text {
            if character.isASCII, character.isNumber {
                number.append(character)
            } else {
                guard let unit = units.first(where: { $0.0 == character }), let count = Int(number), count < 1_000_000
                else { return nil }
                total += count * unit.1
                number = ""
            }
        }
        return number.isEmpty && !text.isEmpty ? total : nil
    }

    private func understood(
        _ text: String,
        at place: Place,
        by read: (String) throws(ScheduleError) -> Void
    ) -> String? {
        do {
            try read(text)
            return text
        } catch {
            add(error.description, at: place)
            return nil
        }
    }
}
