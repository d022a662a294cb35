package import CoreMetrics
import Synchronization

/// A back end of swift-metrics that keeps all there is in memory, for a page that Prometheus reads.
///
/// Bounded: what would be a family or a series too many, or contradicts one that is there, is counted in
/// ``refusedSeries`` and recorded nowhere.
package final class MetricRegistry: MetricsFactory {
    private struct Family {
        let kind: MetricFamily.Kind
        var cells: [[Label]: any MetricCell] = [:]
    }

    private static let familyLimit = 200
    private static let seriesLimit = 100
    /// In seconds: from a millisecond, which an idle flush takes, to a minute.
    private static let durationBounds = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]
    /// Of rows and bytes: the powers of four up to 16 MiB.
    private static let sizeBounds = (0...12).map { Double(1 << (2 * $0)) }

    private let help: [String: String]
    private let families = Mutex<[String: Family]>([:])
    private let refused = Atomic(0)

    /// - Parameter help: what each label means, in one sentence.
    package init(help: [String: String]) { self.help = help }

    /// How often a series was not made.
    package var refusedSeries: Int { refused.load(ordering: .relaxed) }

    /// All that was recorded until now.
    package var snapshot: [MetricFamily] {
        families.withLock { $0 }.map { label, family in
            MetricFamily(
                label,
                help: help[label] ?? label.replacing("_", with: " "),
                kind: family.kind,
                series: family.cells.map { MetricFamily.Series($0, $1.value) }
            )
        }
    }

    // MARK: - MetricsFactory

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        cell(.counter, label, dimensions) { NumberCell() } ?? NOOPMetricsHandler.instance
    }

    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        cell(.counter, label, dimensions) { NumberCell() } ?? NOOPMetricsHandler.instance
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        cell(.gauge, label, dimensions) { NumberCell() } ?? NOOPMetricsHandler.instance
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return cell(.gauge, label, dimensions) { NumberCell() } ?? NOOPMetricsHandler.instance }
        let cell = cell(.histogram, label, dimensions) { HistogramCell(bounds: Self.sizeBounds) }
        return cell ?? NOOPMetricsHandler.instance
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let cell = cell(.histogram, label, dimensions) { HistogramCell(bounds: Self.durationBounds) }
        return cell ?? NOOPMetricsHandler.instance
    }

    package func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    // MARK: - Steps

    /// The cell of that name and these labels, made when there is none; nil when it is refused.
    private func cell<Cell: MetricCell>(
        _ kind: MetricFamily.Kind,
        _ label: String,
        _ dimensions: [(String, String)],
        _ make: () -> Cell
    ) -> Cell? {
        let labels = dimensions.map { Label($0, $1) }.sorted()
        let cell = families.withLock { families -> Cell? in
            var family = families[label] ?? Family(kind: kind)
            guard family.kind == kind else { return nil }
            if let known = family.cells[labels] { return known as? Cell }
            guard Self.isName(label), Self.areFit(labels), family.cells.count < Self.seriesLimit,
                families[label] != nil || families.count < Self.familyLimit
            else { return nil }
            let cell = make()
            family.cells[labels] = cell
            families[label] = family
            return cell
        }
        if cell == nil { refused.wrappingAdd(1, ordering: .relaxed) }
        return cell
    }

    private func remove(_ handler: AnyObject) {
        families.withLock { families in
            families = families.mapValues { family in
                var family = family
                family.cells = family.cells.filter { $1 !== handler }
                return family
            }
        }
    }

    /// Distinct names, none of them the one that histograms have for themselves.
    private static func areFit(_ labels: [Label]) -> Bool {
        Set(labels.map(\.name)).count == labels.count && labels.allSatisfy { isName($0.name) && $0.name != "le" }
    }

    /// ASCII letters, digits and underscores, no digit first.
    private static func isName(_ text: String) -> Bool {
        let letters = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return letters && text.utf8.first.map { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
    }
}
