import Domain
import Testing

@Suite("Rate control")
struct RateControlTests {
    @Test(
        "Percentages are of all targets: concurrency rounds up to at least one, errors round down",
        arguments: [
            (Limit.percent(10), Limit.percent(10), 50, 5, 5), (.percent(10), .percent(5), 25, 3, 1),
            (.percent(1), .percent(99), 1, 1, 0), (.count(7), .count(0), 3, 7, 0),
            (.percent(100), .percent(0), 9, 9, 0),
            (.percent(33), .percent(33), 0, 1, 0),
        ]
    )
    func rounding(concurrency: Limit, errors: Limit, targets: Int, expectedConcurrency: Int, expectedErrors: Int) {
        let control = RateControl(maxConcurrency: concurrency, maxErrors: errors)
        #expect(control.concurrency(targets: targets) == expectedConcurrency)
        #expect(control.toleratedErrors(targets: targets) == expectedErrors)
        #expect(!control.halts(errors: expectedErrors, targets: targets))
        #expect(control.halts(errors: expectedErrors + 1, targets: targets))
    }

    @Test("No more start than wait, than there is room for, or after too many errors")
    func mayStart() {
        let control = RateControl(maxConcurrency: .count(5), maxErrors: .count(1))
        #expect(control.mayStart(inFlight: 2, waiting: 9, errors: 1, targets: 20) == 3)
        #expect(control.mayStart(inFlight: 2, waiting: 1, errors: 1, targets: 20) == 1)
        #expect(control.mayStart(inFlight: 7, waiting: 9, errors: 0, targets: 20) == 0)
        #expect(control.mayStart(inFlight: 0, waiting: 9, errors: 2, targets: 20) == 0)
    }
}
