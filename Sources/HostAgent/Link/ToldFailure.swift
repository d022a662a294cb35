/// What the log says of requests that fail: a refused signature lasts until a person acts, and is told once.
struct ToldFailure {
    private var isRefused = false

    mutating func isNews(_ failure: LinkFailure) -> Bool {
        guard case .unauthorized = failure else { return true }
        defer { isRefused = true }
        return !isRefused
    }

    /// A request was taken.
    mutating func reset() { isRefused = false }
}
