import HostAgent
import Testing

@Suite("The back-off")
struct BackoffTests {
    @Test("doubles with jitter up to its limit", arguments: 0..<20 as Range<UInt64>)
    func grows(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var backoff = Backoff(initial: .seconds(1), maximum: .seconds(60))
        for base in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
            let wait = backoff.next(using: &random)
            #expect(wait >= .seconds(base) / 2 && wait <= .seconds(base), "seed \(seed)")
        }
        backoff.reset()
        #expect(backoff.next(using: &random) <= .seconds(1))
    }
}
