import AgentProtocol
import Domain
import FoundationEssentials

/// What `/api/v1/query` of Prometheus answers: https://prometheus.io/docs/prometheus/latest/querying/api/.
struct PrometheusAnswer {
    /// One a series; a scalar is one alone.
    private let values: [String]

    /// - Throws: why there are no values.
    init(_ body: String, status: UInt) throws {
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body.utf8)) else {
            // The status says more than what the decoder does.
            throw UnfitAnswer(description: "status \(status) without an answer of Prometheus")
        }
        guard answer.status == "success", let data = answer.data else {
            throw UnfitAnswer(description: "status \(status): \(answer.error ?? answer.status)")
        }
        values = data.values
    }

    /// Where a query is asked.
    static func url(of query: String, at base: String) -> String {
        let root = base.hasSuffix("/") ? String(base.dropLast()) : base
        return "\(root)/api/v1/query?query=\(PathPart.encoded(query))"
    }

    /// Every value must be as the comparison says; the first that is not is told, or the first.
    func finding(_ comparison: Comparison) -> CheckFinding {
        let bad = values.first { !(Double($0).map(comparison.holds) ?? false) }
        guard let shown = bad ?? values.first else { return CheckFinding(passed: false, found: "no value") }
        let others = values.count > 1 ? " among \(values.count) values" : ""
        return CheckFinding(passed: bad == nil, found: shown + others)
    }
}

private struct UnfitAnswer: Error, CustomStringConvertible {
    let description: String
}

private struct Answer: Decodable {
    let status: String
    let error: String?
    let data: Result?

    struct Result: Decodable {
        let values: [String]

        private enum Key: String, CodingKey { case resultType, result }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            switch try container.decode(String.self, forKey: .resultType) {
            case "vector": values = try container.decode([Series].self, forKey: .result).map(\.value.text)
            case "scalar": values = [try container.decode(Sample.self, forKey: .result).text]
            default: values = []
            }
        }
    }

    struct Series: Decodable {
        let value: Sample
    }

    /// A time and a value as text.
    struct Sample: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            _ = try container.decode(Double.self)
            text = try container.decode(String.self)
        }
    }
}
