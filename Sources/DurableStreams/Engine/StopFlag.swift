import Synchronization

/// Asks a loop to end at its next step.
///
/// Where cancelling a task would break off what is half done, it is asked instead.
final class StopFlag: Sendable {
    private let flag = Atomic(false)

    var isSet: Bool { flag.load(ordering: .acquiring) }

    func set() { flag.store(true, ordering: .releasing) }
}
