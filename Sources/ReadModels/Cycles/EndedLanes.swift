import Domain
package import DurableStreams
import Synchronization

/// The pictures of lanes that have ended: to draw one reads the states of all its hosts, and it never changes.
///
/// A lane under way is never kept, and one that has ended is known by its stream's end: after a restore to an earlier moment that is another.
package final class EndedLanes: Sendable {
    /// Some hundred bytes each, and up to 20 hosts that failed: a cycle over a million hosts has 200.
    package static let most = 2_000

    private struct Entry {
        let end: StreamEnd
        let picture: LanePicture
    }

    private let entries = Mutex<[StreamID: Entry]>([:])

    package init() {}

    /// nil for one that is not kept, or not as it is now.
    package func picture(_ stream: StreamID, at end: StreamEnd) -> LanePicture? {
        entries.withLock { $0[stream] }.flatMap { $0.end == end ? $0.picture : nil }
    }

    /// Keeps it if it has ended; one of the others makes room, whichever.
    package func keep(_ picture: LanePicture, of stream: StreamID, at end: StreamEnd) {
        guard picture.phase == .ended else { return }
        entries.withLock { entries in
            if entries.count >= Self.most, entries[stream] == nil { entries.remove(at: entries.startIndex) }
            entries[stream] = Entry(end: end, picture: picture)
        }
    }
}
