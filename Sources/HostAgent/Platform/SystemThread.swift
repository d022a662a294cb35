import Glibc

/// Threads for what waits in the system for long, and must not keep tasks waiting.
enum SystemThread {
    private final class Body {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs the body on a thread of its own, which ends with it.
    ///
    /// - Throws: where the system has no thread left.
    static func begin(_ body: @escaping @Sendable () -> Void) throws(FileFailure) {
        let argument = Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
            { argument in
                if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            },
            argument.toOpaque()
        )
        guard code == 0 else {
            argument.release()
            throw FileFailure("begin", "a thread", code)
        }
        pthread_detach(thread)
    }
}
