/// How far a reader has come in each shard.
package struct LogCursor: Equatable, Sendable {
    private var positions = [Int64](repeating: 0, count: Shard.count)

    /// Before the first commit of every shard.
    package init() {}

    package subscript(shard: Shard) -> Int64 {
        get { positions[Int(shard.rawValue)] }
        set { positions[Int(shard.rawValue)] = newValue }
    }

    /// Of every shard.
    var places: [LogPlace] { Shard.all.map { LogPlace(shard: $0, position: self[$0]) } }
}
