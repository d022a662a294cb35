import Logging
import Synchronization
import Testing
import Time

@testable import Console

@Suite("Answers that are kept")
struct KeptAnswerTests {
    private struct Broken: Error {}

    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private static func at(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

    /// Counts how often it is asked; waits for a permit each time.
    private final class Source: Sendable {
        private let count = Mutex(0)
        private let isBroken = Mutex(false)
        private let permits: AsyncStream<Void>
        private let permit: AsyncStream<Void>.Continuation

        init() { (permits, permit) = AsyncStream.makeStream() }

        var asked: Int { count.withLock { $0 } }

        func allow(failing: Bool = false) {
            isBroken.withLock { $0 = failing }
            permit.yield()
        }

        func make() async throws -> Int {
            let number = count.withLock { count in
                count += 1
                return count
            }
            for await _ in permits { break }
            if isBroken.withLock({ $0 }) { throw Broken() }
            return number
        }
    }

    private func kept(_ source: Source, fresh: Duration = .seconds(10)) -> KeptAnswer<Int> {
        KeptAnswer(freshFor: { _ in fresh }, lifetime: { _ in .seconds(60) }) { try await source.make() }
    }

    @Test("A fresh one is given again, an old one at once while another is made, one that is too old not at all")
    func ages() async throws {
        let source = Source()
        let kept = kept(source)
        func value(_ seconds: Int64, waits: Bool = true) async throws -> Int? {
            try await kept.answer(at: Self.at(seconds), waits: waits, Self.logger)?.value
        }
        source.allow()
        #expect(try await value(0) == 1)
        #expect(try await value(9) == 1 && source.asked == 1)
        // Nobody waits for the second one: it is not allowed yet.
        #expect(try await value(11) == 1)
        source.allow()
        while try await value(12, waits: false) != 2 { await Task.yield() }
        #expect(source.asked == 2)
        source.allow()
        #expect(try await value(100) == 3)
    }

    @Test("Whoever must wait does so for one answer, and who need not gets none")
    func together() async throws {
        let source = Source()
        let kept = kept(source)
        #expect(try await kept.answer(at: Self.at(0), waits: false, Self.logger) == nil)
        async let first = kept.answer(at: Self.at(0), Self.logger)
        async let second = kept.answer(at: Self.at(0), Self.logger)
        source.allow()
        #expect(try await first?.value == 1)
        #expect(try await second?.value == 1)
        #expect(source.asked == 1)
    }

    @Test("One that failed is told to who waits, and made anew for the next")
    func failure() async throws {
        let source = Source()
        let kept = kept(source)
        source.allow(failing: true)
        await #expect(throws: Broken.self) { try await kept.answer(at: Self.at(0), Self.logger) }
        source.allow()
        #expect(try await kept.answer(at: Self.at(0), Self.logger)?.value == 2)
    }
}
