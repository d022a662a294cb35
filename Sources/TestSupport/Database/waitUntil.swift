/// Waits until something that other tasks or the server bring about has happened.
///
/// - Throws: `CancellationError` when the test's time is up.
package func waitUntil(_ condition: () async throws -> Bool) async throws {
    while try await !condition() { try await Task.sleep(for: .milliseconds(1)) }
}
