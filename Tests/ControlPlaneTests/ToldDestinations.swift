import Domain
import Synchronization

/// A destination that keeps what it is told, and fails as the test says.
final class ToldDestinations: Sendable {
    private let told = Mutex<[String]>([])
    private let failure: @Sendable (_ text: String, _ count: Int) -> (any Error)?

    /// - Parameter failure: why a notice is not taken, by its text and how often it came before.
    init(failure: @escaping @Sendable (_ text: String, _ count: Int) -> (any Error)? = { _, _ in nil }) {
        self.failure = failure
    }

    /// `DESTINATION KIND ID`, in the order in which they came.
    var all: [String] { told.withLock { $0 } }

    func send(to destination: Destination, _ subject: String, _ notice: Notice) async throws -> String {
        let text = "\(destination.name) \(notice.kind.rawValue) \(notice.id(of: subject))"
        let count = told.withLock { told in
            defer { told.append(text) }
            return told.count { $0 == text }
        }
        if let error = failure(text, count) { throw error }
        return "status 200"
    }
}
