/// What an owner knows of a shard that is its own.
struct OwnedShard {
    /// Behind all that was decided, whether it is written yet or not.
    var head: ChainHead
    /// How many events `engine/SHARD` has.
    var engineVersion: Int64
    /// Its first commit, which tells all other owners that they are not, is decided.
    var isClaimed = false
    /// All that waited in its inbox is here, so that what is handed over is not decided before older messages.
    var isCaughtUp = false
}
