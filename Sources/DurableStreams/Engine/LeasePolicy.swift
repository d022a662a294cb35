/// How the living engines share the shards.
package enum LeasePolicy {
    /// What an engine is to give up and how many shards it may take, so that all have about as many.
    package static func change(held: [Shard], engines: Int) -> (release: [Shard], acquire: Int) {
        let engines = max(1, engines)
        let share = (Shard.count + engines - 1) / engines
        guard held.count <= share else { return (Array(held.sorted().dropFirst(share)), 0) }
        return ([], share - held.count)
    }
}
