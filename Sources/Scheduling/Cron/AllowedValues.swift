/// Which values of a cron field are allowed; at least one is.
struct AllowedValues: Equatable, Sendable {
    let least: Int
    private let lowerBound: Int
    /// For each value of the field, the first allowed one that is not below it.
    private let following: [Int?]

    init(_ values: Set<Int>, of range: ClosedRange<Int>) {
        var (next, following): (Int?, [Int?]) = (nil, [])
        for value in range.reversed() {
            if values.contains(value) { next = value }
            following.append(next)
        }
        precondition(next != nil, "an item of a cron field has a value")
        least = next ?? range.lowerBound
        lowerBound = range.lowerBound
        self.following = following.reversed()
    }

    /// The first allowed value that is not below the one given; nil when there is none.
    func first(from value: Int) -> Int? {
        let index = max(0, value - lowerBound)
        return index < following.count ? following[index] : nil
    }

    func contains(_ value: Int) -> Bool { first(from: value) == value }
}
