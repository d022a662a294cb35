/// All series of one metric, as Prometheus reads them.
package struct MetricFamily: Equatable, Sendable {
    package enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram
    }

    /// One combination of label values.
    package struct Series: Equatable, Sendable {
        package var labels: [Label]
        package var value: Value

        package init(_ labels: [Label] = [], _ value: Value) {
            self.labels = labels
            self.value = value
        }
    }

    package enum Value: Equatable, Sendable {
        case number(Double)
        case histogram(Histogram)
    }

    package var name: String
    package var help: String
    package var kind: Kind
    package var series: [Series]

    /// - Parameter name: with the unit at its end, and `_total` for a counter.
    package init(_ name: String, help: String, kind: Kind, series: [Series]) {
        self.name = name
        self.help = help
        self.kind = kind
        self.series = series
    }

    /// A gauge without labels.
    package static func gauge(_ name: String, help: String, _ value: Double) -> Self {
        Self(name, help: help, kind: .gauge, series: [Series([], .number(value))])
    }
}

/// A label's name and value; the value may be any text.
package struct Label: Hashable, Comparable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    package static func < (left: Self, right: Self) -> Bool { (left.name, left.value) < (right.name, right.value) }
}

/// How often values fell where.
package struct Histogram: Equatable, Sendable {
    /// Upper bounds, ascending; values above the last are counted, too.
    package let bounds: [Double]
    /// By bound, one more for what is above the last; not cumulative.
    package private(set) var counts: [Int]
    package private(set) var sum = 0.0

    package init(bounds: [Double]) {
        self.bounds = bounds
        counts = [Int](repeating: 0, count: bounds.count + 1)
    }

    /// Counts a value; one that is not finite is passed over, for it would spoil the sum for ever.
    package mutating func record(_ value: Double) {
        guard value.isFinite else { return }
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }
}
