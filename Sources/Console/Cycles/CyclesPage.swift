/// The cycles there were, the latest first.
struct CyclesPage: Sendable {
    static let count = 50

    var frame: Frame
    var cycles: [CycleLine]
    var hasCycles: Bool
    /// nil on the last page.
    var next: String?
}
