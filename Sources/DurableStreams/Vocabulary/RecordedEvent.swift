/// An event in its stored form.
package struct RecordedEvent: Equatable, Sendable {
    /// Name and version such as `cycle.stage-opened.v1`.
    package var type: String
    /// JSON.
    package var data: String

    package init(type: String, data: String) {
        self.type = type
        self.data = data
    }
}
