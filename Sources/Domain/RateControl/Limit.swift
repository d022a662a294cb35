/// A number of hosts, or a percentage of them.
package enum Limit: Codable, Hashable, Sendable, CustomStringConvertible {
    case count(Int)
    /// 0 to 100.
    case percent(Int)

    package var description: String {
        switch self {
        case .count(let count): "\(count)"
        case .percent(let percent): "\(percent)%"
        }
    }
}
