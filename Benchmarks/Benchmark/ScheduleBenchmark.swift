import ArgumentParser
import Foundation
import Scheduling
import Time

/// The calendar's search, on one core.
struct ScheduleBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Next-occurrence questions per second, of several expressions in all time zones, on one core.",
        discussion: """
            Each question is for the first occurrence after a moment between 1976 and 2106. Expressions and zones are read before. \
            There is no PostgreSQL in it.
            """
    )

    private static let expressions = [
        "cron(0 2 ? * TUE *)", "cron(0 2 ? * MON#1 *)", "cron(30 23 ? * TUE#3 *)", "cron(15 10 ? * 6L *)",
        "cron(0 2 L * ? *)",
        "cron(0 2 15W * ? *)", "cron(*/5 * * * ? *)", "cron(0 2 29 2 ? *)", "cron(15 10 ? * MON-FRI 1970-2199/2)",
        "cron(24 30 2 * * ? *)",
    ]

    @Option(help: "Questions of a round.")
    var questions = 1_000_000

    @Option(help: "Rounds; the median counts.")
    var rounds = 5

    func run() async throws {
        guard questions > 0, rounds > 0 else { throw ValidationError("--questions and --rounds are 1 at least") }
        let expressions = try Self.expressions.map { try ScheduleExpression($0) }
        let zones = try TimeZone.knownTimeZoneIdentifiers.map { try Zone($0) }
        var seconds: [Double] = []
        for round in 1...rounds {
            let time = ContinuousClock().measure { ask(expressions, zones, seed: UInt64(round)) }
            seconds.append(time / .seconds(1))
            progress("round \(round): \((time / .seconds(1)).rounded(toPlaces: 3)) s")
        }
        let figures = ScheduleFigures(
            questions: questions,
            expressions: expressions.count,
            zones: zones.count,
            seconds: seconds.median.rounded(toPlaces: 3),
            nanosecondsPerQuestion: (seconds.median / Double(questions) * 1e9).rounded(toPlaces: 1)
        )
        let bound = "the processor: one core is at work"
        try Result(benchmark: "schedule", settings: nil, figures: figures, bound: bound).print()
    }

    // MARK: - Steps

    private func ask(_ expressions: [ScheduleExpression], _ zones: [Zone], seed: UInt64) {
        // Every zone and expression in turn, at moments that jump about.
        var state = seed
        var answers = 0
        for number in 0..<questions {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let moment = Timestamp(microseconds: 189_302_400_000_000 + Int64(state >> 12))
            let (expression, zone) = (expressions[number % expressions.count], zones[number % zones.count])
            if expression.next(after: moment, in: zone) != nil { answers += 1 }
        }
        precondition(answers == questions, "each expression occurs until 2199")
    }
}

struct ScheduleFigures: Encodable {
    let questions: Int
    let expressions: Int
    let zones: Int
    let seconds: Double
    let nanosecondsPerQuestion: Double
}
