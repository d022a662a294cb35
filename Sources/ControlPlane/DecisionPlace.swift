import DurableStreams
import Synchronization

/// Where in the log the last decision of a request stands: it is told by whoever asked for it.
package final class DecisionPlace: Sendable {
    /// That of the request under way; nil where nobody wants to know.
    @TaskLocal package static var current: DecisionPlace?

    private let place = Mutex<LogPlace?>(nil)

    package init() {}

    /// As ``FleetQuestions/wait(for:atMost:)`` takes it; nil when nothing was decided.
    package var text: String? { place.withLock { $0.map { "\($0.shard):\($0.position)" } } }

    func note(_ position: Int64, of stream: StreamID) {
        place.withLock { $0 = LogPlace(shard: stream.shard, position: position) }
    }
}
