/// Messages that were set aside, and how people settled them.
package protocol SetAsideStore: Sendable {
    /// The latest messages that were set aside, newest first.
    func setAside(limit: Int) async throws(StoreError) -> [SetAsideMessage]

    /// Up to `limit` messages of this id that are set aside, by stream: an id is unique in its stream alone.
    ///
    /// - Parameter stream: only the one to it.
    func setAside(id: String, in stream: StreamID?, limit: Int) async throws(StoreError) -> [SetAsideMessage]

    /// Settles the message and records it, all or nothing.
    ///
    /// One to be retried loses its answer and waits in its inbox again, at its old place. One that is discarded is refused from
    /// then on as ``Settlement/discardedCode``.
    ///
    /// - Returns: nil when the message is not set aside.
    func settle(_ key: MessageKey, _ request: SettlementRequest) async throws(StoreError) -> Settlement?

    /// The latest settlements, newest first.
    ///
    /// - Parameters:
    ///   - id: only those of messages of this id.
    ///   - stream: only those of messages to it.
    func settlements(
        of id: String?,
        in stream: StreamID?,
        limit: Int
    ) async throws(StoreError) -> [Settlement]
}
