import Commands
import Logging
import Synchronization
import Testing

/// However often somebody reads the metrics, the database is asked seldom.
struct SampledTests {
    private struct Down: Error {}

    private let asked = Asked()
    /// On a busy machine more time may pass between two lines than an answer is kept.
    private let start = ContinuousClock.now

    private final class Asked: Sendable {
        private let count = Atomic(0)

        var times: Int { count.load(ordering: .sequentiallyConsistent) }

        func again() -> Int { count.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue }
    }

    private var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    @Test("Many who ask at once and one after the other get one answer")
    func once() async {
        let sampled = Sampled("test", logger: quiet, now: { [start] in start }) { [asked] in
            await Task.yield()
            return asked.again()
        }
        let answers = await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<50 { group.addTask { await sampled.current() } }
            return await group.reduce(into: [Int?]()) { $0.append($1) }
        }
        #expect(answers == [Int?](repeating: 1, count: 50))
        #expect(await sampled.current() == 1)
        #expect(asked.times == 1)
    }

    @Test("A question that failed is not put again at once")
    func failed() async {
        let sampled = Sampled<Int>("test", logger: quiet, now: { [start] in start }) { [asked] in
            _ = asked.again()
            throw Down()
        }
        for _ in 0..<5 { #expect(await sampled.current() == nil) }
        #expect(asked.times == 1)
    }
}
