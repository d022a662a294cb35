/// What an event of a cycle asks of the world.
package enum CycleEffect: Equatable, Sendable {
    case task(CycleTask)
    case tell(rollout: String, RolloutMessage)
}
