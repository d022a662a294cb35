package import Time

/// What an event of a cycle asks of the world.
package enum CycleEffect: Equatable, Sendable {
    case task(CycleTask)
    /// A task for which it is too early until then.
    case later(CycleTask, notBefore: Timestamp)
    case tell(rollout: String, RolloutMessage)
    /// What sent the command by itself hears of its end.
    case tellOwner(CommandOwner, CommandEnding)
}
