/// Prometheus' text exposition format, version 0.0.4.
///
/// https://prometheus.io/docs/instrumenting/exposition_formats/
package enum TextFormat {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// A family per paragraph, by name; those without series are left out.
    ///
    /// - Parameter prefix: stands before every name, such as `ringmaster_`.
    package static func text(_ families: [MetricFamily], prefix: String) -> String {
        var lines: [String] = []
        for family in families.sorted(by: { $0.name < $1.name }) where !family.series.isEmpty {
            let name = prefix + family.name
            lines.append("# HELP \(name) \(escaped(family.help))")
            lines.append("# TYPE \(name) \(family.kind.rawValue)")
            for series in family.series.sorted(by: { $0.labels.lexicographicallyPrecedes($1.labels) }) {
                append(series, of: name, to: &lines)
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    // MARK: - Steps

    private static func append(_ series: MetricFamily.Series, of name: String, to lines: inout [String]) {
        switch series.value {
        case .number(let value): lines.append("\(name)\(text(series.labels)) \(text(value))")
        case .histogram(let histogram):
            var cumulative = 0
            for (bound, count) in zip(histogram.bounds + [.infinity], histogram.counts) {
                cumulative += count
                let labels = series.labels + [Label("le", text(bound))]
                lines.append("\(name)_bucket\(text(labels)) \(cumulative)")
            }
            lines.append("\(name)_sum\(text(series.labels)) \(text(histogram.sum))")
            lines.append("\(name)_count\(text(series.labels)) \(cumulative)")
        }
    }

    private static func text(_ labels: [Label]) -> String {
        guard !labels.isEmpty else { return "" }
        let pairs = labels.map { "\($0.name)=\"\(escaped($0.value).replacing("\"", with: "\\\""))\"" }
        return "{\(pairs.joined(separator: ","))}"
    }

    /// A Go float; whole numbers without a fraction, as they are written elsewhere.
    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }
}
