/// What a client's pool is doing at one moment.
package struct PoolStatistics: Equatable, Sendable {
    /// Connections that are open, at work or idle.
    package var open = 0
    package var idle = 0
    /// Connections that are being opened.
    package var opening = 0
    /// Callers in line for a connection.
    package var waiting = 0
    /// Callers that had to stand in line since the client was made, and how long those stood that are no longer in it.
    package var waits = 0
    package var waited = Duration.zero
}
