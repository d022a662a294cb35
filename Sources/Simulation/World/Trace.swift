/// The last things that happened, for people to read.
struct Trace {
    private let limit: Int
    private var lines: [String] = []
    private var next = 0

    /// - Parameter limit: 0 keeps nothing and costs nothing.
    init(limit: Int) { self.limit = limit }

    var isOn: Bool { limit > 0 }

    mutating func add(_ line: String) {
        if lines.count < limit {
            lines.append(line)
        } else {
            lines[next] = line
            next = (next + 1) % limit
        }
    }

    /// Oldest first.
    var all: [String] { Array(lines[next...] + lines[..<next]) }
}
