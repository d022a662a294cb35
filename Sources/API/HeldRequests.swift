package import Hummingbird
package import Logging

/// Requests that are held open, and of which very many wait at the same time.
///
/// They go straight from their connection to who answers them: neither router nor middleware sees them
/// (docs/decisions/0008-waiting-costs-next-to-nothing.md).
package struct HeldRequests: Sendable {
    /// What a wait has led to, to be made an answer apart from it.
    ///
    /// - Throws: what is answered with a problem.
    package typealias Answer = @Sendable (_ logger: () -> Logger) throws -> Response

    private let isMeant: @Sendable (Request) -> Bool
    private let hold: @Sendable (Request) async -> Answer

    /// - Parameters:
    ///   - takes: whether that is a request that is held.
    ///   - hold: returns when the wait is over. What it takes of its task's stack is kept while the request waits.
    package init(
        takes: @escaping @Sendable (Request) -> Bool,
        hold: @escaping @Sendable (Request) async -> Answer
    ) {
        isMeant = takes
        self.hold = hold
    }

    func takes(_ request: Request) -> Bool { isMeant(request) && !ProblemMiddleware.isMalformed(request) }

    func answer(to request: Request) async -> Answer { await hold(request) }
}
