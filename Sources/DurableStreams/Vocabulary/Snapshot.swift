/// A fold, kept so that its stream need not be read from its first event.
package struct Snapshot: Equatable, Sendable {
    /// How many events are in it.
    package var version: Int64
    /// JSON.
    package var state: String

    package init(version: Int64, state: String) {
        self.version = version
        self.state = state
    }
}
