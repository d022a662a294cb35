import AgentProtocol
import Testing

/// What the body is refused with.
func problem(sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void) async throws -> Problem
{
    let error = await #expect(throws: Problem.self, sourceLocation: sourceLocation) { try await body() }
    return try #require(error, sourceLocation: sourceLocation)
}
