import ServiceLifecycle

/// A part of the server that runs until it is cancelled, as a service that ends by graceful shutdown.
struct Background: Service, CustomStringConvertible {
    let name: String
    let body: @Sendable () async -> Void

    var description: String { name }

    func run() async {
        await cancelWhenGracefulShutdown {
            await body()
            // A part that is done early must not take the server with it.
            try? await gracefulShutdown()
        }
    }
}

/// What is to be said to others when the server is told to end.
struct Farewell: Service, CustomStringConvertible {
    let name: String
    let body: @Sendable () -> Void

    var description: String { name }

    func run() async {
        // Cancelled: all ends at once.
        try? await gracefulShutdown()
        body()
    }
}
