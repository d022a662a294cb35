import Prometheus
import Testing

@Suite("The text that Prometheus reads")
struct TextFormatTests {
    @Test("Families stand by name with their help and type; empty ones are left out")
    func families() {
        let text = TextFormat.text(
            [
                MetricFamily(
                    "jobs_total",
                    help: "Jobs.",
                    kind: .counter,
                    series: [.init([Label("kind", "b")], .number(2)), .init([Label("kind", "a")], .number(0.25))]
                ),
                .gauge("depth", help: "How deep.", 12_345_678_901),
                MetricFamily("none", help: "Nothing.", kind: .gauge, series: []),
            ],
            prefix: "app_"
        )
        #expect(
            text == """
                # HELP app_depth How deep.
                # TYPE app_depth gauge
                app_depth 12345678901
                # HELP app_jobs_total Jobs.
                # TYPE app_jobs_total counter
                app_jobs_total{kind="a"} 0.25
                app_jobs_total{kind="b"} 2

                """
        )
    }

    @Test("Help and label values are escaped, each by its rules")
    func escaping() {
        let labels = [Label("path", #"C:\dir "x""# + "\nend ä")]
        let family = MetricFamily("m", help: "a \\ \"b\"\nc", kind: .gauge, series: [.init(labels, .number(1))])
        #expect(
            TextFormat.text([family], prefix: "") == ##"""
                # HELP m a \\ "b"\nc
                # TYPE m gauge
                m{path="C:\\dir \"x\"\nend ä"} 1

                """##
        )
    }

    @Test("Buckets add up, and the last has no bound")
    func histogram() {
        var histogram = Histogram(bounds: [0.5, 1])
        for value in [0.25, 0.5, 0.75, 3] { histogram.record(value) }
        let series = MetricFamily.Series([Label("a", "b")], .histogram(histogram))
        #expect(
            TextFormat.text([MetricFamily("t", help: "T.", kind: .histogram, series: [series])], prefix: "") == """
                # HELP t T.
                # TYPE t histogram
                t_bucket{a="b",le="0.5"} 2
                t_bucket{a="b",le="1"} 3
                t_bucket{a="b",le="+Inf"} 4
                t_sum{a="b"} 4.5
                t_count{a="b"} 4

                """
        )
    }

    @Test("Figures that are no numbers are written as Go reads them")
    func figures() {
        for (value, text) in [(Double.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (1e-7, "1e-07")] {
            #expect(TextFormat.text([.gauge("m", help: "M.", value)], prefix: "").hasSuffix("\nm \(text)\n"))
        }
    }
}
