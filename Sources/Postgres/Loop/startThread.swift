import Glibc

/// Starts a detached thread for work that may block.
func startThread(_ body: @escaping @Sendable () -> Void) throws(PostgresError) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body))
    let status = pthread_create(
        &thread,
        nil,
        { argument in
            if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
            return nil
        },
        box.toOpaque()
    )
    guard status == 0 else {
        box.release()
        throw PostgresError(.other, "cannot start a thread: \(String(cString: strerror(status)))")
    }
    pthread_detach(thread)
}
