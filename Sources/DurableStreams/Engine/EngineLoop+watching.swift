import Logging

/// What people are told of the engine.
extension EngineLoop {
    func log(_ notice: OwnerNotice) {
        switch notice {
        case .unreadable(let stream, let error):
            hints.declineAll()
            logger.error(
                "a stream cannot be folded; its messages wait",
                metadata: ["stream": "\(stream)", "error": "\(error)"]
            )
        case .idleWake(let stream):
            logger.error("a stream is due but does nothing when woken", metadata: ["stream": "\(stream)"])
        case .noSnapshot(let stream, let error):
            logger.error("a stream has no snapshot", metadata: ["stream": "\(stream)", "error": "\(error)"])
        }
    }

    /// Runs a part of deciding, whose time counts for the flush that comes of it.
    func timed<Value>(_ body: () -> Value) -> Value {
        let began = ContinuousClock.now
        defer { deciding += ContinuousClock.now - began }
        return body()
    }
}
