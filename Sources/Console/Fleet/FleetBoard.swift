import Logging
import ReadModels
import Time

/// How the whole fleet stands: a small one is counted for every page, the count of a large one is kept for a while.
struct FleetBoard: Sendable {
    /// Nodes of a fleet that is large: counting 100,000 takes a tenth of a second.
    static let large = 5_000

    private let tallies: KeptAnswer<FleetTally>

    init(_ questions: FleetQuestions) {
        tallies = KeptAnswer(
            freshFor: { $0.nodes < Self.large ? .zero : .seconds(15) },
            lifetime: { $0.nodes < Self.large ? .zero : .seconds(120) },
            make: { try await questions.tally() }
        )
    }

    /// Has it counted, where it is time; the count is not waited for.
    func count(at now: Timestamp, _ logger: Logger) async throws {
        _ = try await tallies.answer(at: now, waits: false, logger)
    }

    func tally(at now: Timestamp, _ logger: Logger) async throws -> FleetTally {
        guard let answer = try await tallies.answer(at: now, logger) else { return FleetTally(groups: [], at: now) }
        return answer.value
    }
}

extension FleetTally {
    var isOfLargeFleet: Bool { nodes >= FleetBoard.large }

    /// When it was counted, where that may be a while ago.
    var asOf: String? { isOfLargeFleet ? TimeText.second(at) + " UTC" : nil }
}
