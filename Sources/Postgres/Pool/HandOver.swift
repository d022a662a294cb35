import Synchronization

/// Carries a fresh connection from the thread that opened it to the loop: closures cannot capture a `~Copyable` value.
final class HandOver: Sendable {
    private let result: Mutex<Result<PQHandle, PostgresError>?>

    init(_ result: consuming Result<PQHandle, PostgresError>) { self.result = Mutex(consume result) }

    /// Takes the connection out; once.
    func open() throws(PostgresError) -> Connection {
        guard let taken = result.withLock({ $0.take() }) else {
            throw PostgresError(.connectFailed, "the connection was taken before")
        }
        return try Connection(taken.get())
    }
}
