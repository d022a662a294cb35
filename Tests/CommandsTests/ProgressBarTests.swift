import Commands
import ReadModels
import Testing

struct ProgressBarTests {
    private func bar(_ counts: CountsView, width: Int = 10, usesUnicode: Bool = false) -> String {
        ProgressBar(counts).text(width: width, usesUnicode: usesUnicode)
    }

    @Test("Each part has its share")
    func shares() {
        let counts = Sample.counts(10, queued: 3, inFlight: 2, succeeded: 4, failed: 1)
        #expect(bar(counts) == "####x>>...")
        #expect(bar(counts, usesUnicode: true) == "████×▒▒░░░")
    }

    @Test("A lane without hosts is an empty bar, not a division by zero")
    func zeroHosts() { #expect(bar(.zero) == "..........") }

    @Test("One failure in 100,000 hosts is seen, and the last host in flight keeps the bar from being full")
    func hundredThousand() {
        #expect(bar(Sample.counts(100_000, succeeded: 99_999, failed: 1)) == "#########x")
        #expect(bar(Sample.counts(100_000, inFlight: 1, succeeded: 99_999)) == "#########>")
        #expect(bar(Sample.counts(100_000, queued: 99_997, succeeded: 1, failed: 1, other: 1)) == "#x-.......")
        #expect(bar(Sample.counts(100_000, succeeded: 100_000)) == "##########")
    }

    @Test("The bar is as wide as asked for, whatever the counts", arguments: 5...40)
    func width(columns: Int) {
        for seed in 0..<50 {
            let counts = Sample.counts(
                seed * 7,
                inFlight: seed % 5,
                succeeded: seed * 3,
                failed: seed % 3,
                other: seed % 2
            )
            #expect(bar(counts, width: columns).count == columns, "\(counts)")
        }
    }

    @Test("Counts that make no sense do not trap")
    func nonsense() { #expect(bar(Sample.counts(-5, succeeded: .max, failed: -1)).count == 10) }
}
