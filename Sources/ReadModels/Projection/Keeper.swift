import Synchronization

/// Keeps what one step of the projection has learnt for the next.
final class Keeper<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    /// What was kept last, to go on with.
    func borrow() -> Value { value.withLock { $0 } }

    func keep(_ value: Value) { self.value.withLock { $0 = value } }
}
