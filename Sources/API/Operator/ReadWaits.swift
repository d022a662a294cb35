import Domain
import Hummingbird
import ReadModels
import ServiceLifecycle

/// Reads that wait for the log, for a place in it (`since`) or for what happens next: of those there are only so many.
struct ReadWaits: Sendable {
    /// How long a read waits for a place.
    private static let patience = Duration.seconds(10)

    let questions: FleetQuestions
    private let room: WaitingRoom

    init(questions: FleetQuestions, most: Int = 128, mostOfEach: Int = 16) {
        self.questions = questions
        room = WaitingRoom("reads that wait", code: "too-many-waits", most: most, mostOfEach: mostOfEach)
    }

    /// Returns when the log holds the place that the request names as `since`, if it names one.
    ///
    /// Reads catch up with the log before they answer, so that whoever reads from the same database never waits. One that reads from a
    /// copy does.
    func holdPlace(of request: Request, for principal: Principal) async throws {
        guard let name = request.uri.queryParameters[Query.since[...]].map(String.init),
            try await !questions.holds(name)
        else { return }
        try await wait(for: principal) { try await questions.wait(for: name, atMost: Self.patience) }
    }

    /// Lets the principal wait, if there is room; a drain ends the wait at once.
    ///
    /// - Throws: ``Problem`` 429 or 503 where there is none; what `body` throws.
    func wait<Value: Sendable>(for principal: Principal, _ body: @escaping @Sendable () async throws -> Value)
        async throws -> Value
    {
        let place = try room.admit(principal)
        defer { withExtendedLifetime(place) {} }
        return try await cancelWhenGracefulShutdown(body)
    }
}
