import Time

/// A person who has signed in, in one browser.
struct Session: Equatable, Sendable {
    /// However busy it is.
    static let lifetime = Duration.seconds(8 * 3_600)
    /// Without a request of the person's own.
    static let idleTime = Duration.seconds(30 * 60)

    let actor: ConsoleActor
    /// What every form of this session carries.
    let formToken: String
    let begunAt: Timestamp
    var usedAt: Timestamp

    func isOver(at now: Timestamp) -> Bool { now >= begunAt + Self.lifetime || now >= usedAt + Self.idleTime }
}
