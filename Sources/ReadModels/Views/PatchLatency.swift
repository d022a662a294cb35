/// How long patches took from their publication to their installation in a ring.
package struct PatchLatency: Equatable, Sendable {
    package var ring: String
    /// Installations by the whole days that they took, sorted by days.
    package var installs: [(days: Int, nodes: Int)]
    /// Installations of which no advisory tells when the version was published.
    package var undated: Int

    package init(ring: String, installs: [(days: Int, nodes: Int)], undated: Int) {
        self.ring = ring
        self.installs = installs
        self.undated = undated
    }

    package var count: Int { installs.reduce(0) { $0 + $1.nodes } }

    /// The days within which this share of them was installed; nil when there are none.
    package func days(within share: Double) -> Int? {
        var seen = 0
        let wanted = share * Double(count)
        for (days, nodes) in installs {
            seen += nodes
            if Double(seen) >= wanted { return days }
        }
        return nil
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.ring == right.ring && left.undated == right.undated
            && left.installs.elementsEqual(right.installs) { $0 == $1 }
    }
}
