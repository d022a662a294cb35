import Domain
import Testing
import Time

@Suite("Equal hosts are evaluated once")
struct EvaluationCacheTests {
    private static let noon = seconds(20_000 * 86_400 + 43_200)

    private static func key(
        _ packageSet: String = "p",
        _ advisorySet: String = "a",
        _ policy: String = "b",
        at now: Timestamp = noon
    ) -> EvaluationKey {
        EvaluationKey(packageSet: packageSet, advisorySet: advisorySet, policy: policy, at: now)
    }

    @Test("One evaluation serves all until anything that it follows from is another")
    func key() {
        var cache = EvaluationCache<Int>(capacity: 10)
        var made = 0
        func ask(_ key: EvaluationKey) -> Int {
            if cache.find(key) == nil {
                made += 1
                cache.keep(made, for: key)
            }
            return made
        }
        #expect(ask(Self.key()) == 1)
        #expect(ask(Self.key(at: Self.noon + .seconds(43_199))) == 1)
        #expect(ask(Self.key(at: Self.noon + .seconds(43_200))) == 2, "another day")
        #expect(ask(Self.key("q")) == 3)
        #expect(ask(Self.key("p", "c")) == 4)
        #expect(ask(Self.key("p", "a", "d")) == 5)
        #expect(ask(Self.key()) == 5)
    }

    @Test("It stays small, and what is asked for stays")
    func bound() {
        var cache = EvaluationCache<String>(capacity: 4)
        var made: [String: Int] = [:]
        for number in 0..<50 {
            for name in ["always", "host-\(number)"] where cache.find(Self.key(name)) == nil {
                made[name, default: 0] += 1
                cache.keep(name, for: Self.key(name))
            }
            #expect(cache.count <= 8)
        }
        #expect(made["always"] == 1)
    }
}
