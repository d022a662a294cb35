import Domain
import ReadModels
import Synchronization
import Testing
import Time

@Suite("The projection's lanes")
struct LaneBookTests {
    @Test("Lanes that just fit are read once, however often their hosts report")
    func fitting() async throws {
        let reads = try await reads(lanes: 4, hostsEach: 3, capacity: 12, rounds: 5)
        #expect(reads == ["lane-0", "lane-1", "lane-2", "lane-3"])
    }

    @Test("Lanes that do not fit together are read again, and memory stays bounded")
    func overflowing() async throws {
        let reads = try await reads(lanes: 4, hostsEach: 3, capacity: 9, rounds: 2)
        #expect(reads == ["lane-0", "lane-1", "lane-2", "lane-3", "lane-0", "lane-1", "lane-2", "lane-3"])
    }

    /// The lanes read, in order, when each reports once a step.
    private func reads(lanes: Int, hostsEach: Int, capacity: Int, rounds: Int) async throws -> [String] {
        let reads = Mutex<[String]>([])
        var book = LaneBook(capacity: capacity) { rollout in
            reads.withLock { $0.append(rollout) }
            return ProjectedLane(RolloutSpec.scan(of: rollout, hosts: hostsEach))
        }
        for _ in 0..<rounds {
            book.beginStep()
            for index in 0..<lanes {
                let report = HostReport(index: 0, attempt: 0, sequence: 1, happenedAt: .zero, fact: .accepted)
                let event = RolloutEvent.hostReported(report, at: .zero)
                _ = try await book.lane(of: "lane-\(index)", for: event)
            }
        }
        return reads.withLock { $0 }
    }
}

extension Timestamp {
    fileprivate static let zero = Timestamp(microseconds: 0)
}

extension RolloutSpec {
    fileprivate static func scan(of rollout: String, hosts: Int) -> Self {
        RolloutSpec(
            cycle: "cycle",
            stage: "scan",
            rollout: rollout,
            site: "site",
            patchGroup: "group",
            operation: .scan,
            targets: (0..<hosts).map { "\(rollout)/\($0)" },
            window: WindowOccurrence(opening: .zero, durationSeconds: 60, cutoffSeconds: 0),
            rateControl: RateControl(maxConcurrency: .percent(100), maxErrors: .count(0)),
            deliverySeconds: 60,
            hostRunSeconds: 60,
            openedSecond: 0
        )
    }
}
