import Domain

/// Reads one of a gate's `checks`.
struct CheckReader {
    private static let keys = ["name", "http", "tcp", "prometheus", "every", "timeout", "failures"]
    private static let maximumURL = 2_000
    private static let maximumText = 1_000

    private let reader: MappingReader
    private var problems: ProblemList { reader.problems }

    /// All of a list, with at most ``GateCheck/maximumCount`` and each with a name of its own; nil when there are none.
    static func read(_ gate: MappingReader) -> [GateCheck]? {
        guard let whole = gate.value("checks") else { return nil }
        let problems = gate.problems
        let readers = gate.list("checks").compactMap { MappingReader($0, "a check", keys: keys, problems) }
        let placed = readers.compactMap { reader in Self(reader: reader).check.map { (check: $0, place: reader.place) }
        }
        let checks = placed.map(\.check)
        if checks.count > GateCheck.maximumCount {
            problems.add("\(checks.count) checks: expected at most \(GateCheck.maximumCount)", at: whole.place)
        }
        problems.checkUnique("checks", placed.map { ($0.check.name, $0.place) })
        return checks.isEmpty ? nil : checks
    }

    // MARK: - Steps

    /// nil when something that it needs is wrong.
    private var check: GateCheck? {
        let name = reader.required("name", expected: "its name").flatMap { problems.name($0, of: "a check") }
        let probe = probe
        let every = reader.value("every").flatMap {
            problems.seconds($0, in: GateCheck.everySecondsRange, what: "a check's `every`")
        }
        let timeout = reader.value("timeout").flatMap {
            problems.seconds($0, in: GateCheck.timeoutSecondsRange, what: "a check's timeout")
        }
        let failures = reader.value("failures").flatMap {
            problems.number($0, in: GateCheck.failuresRange, what: "failures in a row that halt the cycle")
        }
        guard let name, let probe else { return nil }
        let check = GateCheck(
            name: name,
            probe: probe,
            everySeconds: every ?? GateCheck.defaultEverySeconds,
            timeoutSeconds: timeout ?? GateCheck.defaultTimeoutSeconds,
            failures: failures ?? GateCheck.defaultFailures
        )
        if check.timeoutSeconds > check.everySeconds {
            problems.add("a check's timeout is longer than its `every`: no pass of it would be fresh", at: reader.place)
        }
        return check
    }

    private var probe: GateCheck.Probe? {
        switch (reader.value("http"), reader.value("tcp"), reader.value("prometheus")) {
        case (let value?, nil, nil): return http(value)
        case (nil, let value?, nil): return tcp(value)
        case (nil, nil, let value?): return prometheus(value)
        case (nil, nil, nil):
            problems.add("a check has nothing to ask: expected `http`, `tcp` or `prometheus`", at: reader.place)
        default:
            problems.add("a check asks one thing: leave all but one of http, tcp, prometheus out", at: reader.place)
        }
        return nil
    }

    private func http(_ value: YAMLValue) -> GateCheck.Probe? {
        guard let reader = MappingReader(value, "`http`", keys: ["url", "status", "contains"], problems) else {
            return nil
        }
        let url = reader.required("url", expected: Self.expectedURL).flatMap(url)
        let status = reader.value("status").map(status) ?? 200...299
        let contains = reader.value("contains").flatMap { text($0, "a text of the body") }
        guard let url, let status else { return nil }
        return .http(url: url, status: status, contains: contains)
    }

    private func status(_ value: YAMLValue) -> ClosedRange<Int>? {
        let expected = "a status such as 200, or a range such as 200..299"
        guard let text = problems.text(value, expected: expected) else { return nil }
        let numbers = text.replacing("..", with: " ").split(separator: " ").map { Int($0) ?? 0 }
        if let first = numbers.first, let last = numbers.last, numbers.count <= 2, first <= last,
            (100...599).contains(first), (100...599).contains(last)
        {
            return first...last
        }
        problems.add("found \(value.title): expected \(expected), between 100 and 599", at: value.place)
        return nil
    }

    private func tcp(_ value: YAMLValue) -> GateCheck.Probe? {
        guard let reader = MappingReader(value, "`tcp`", keys: ["address"], problems) else { return nil }
        let expected = "an address such as db.example:5432 or [2001:db8::1]:5432"
        guard let value = reader.required("address", expected: expected),
            let text = problems.text(value, expected: expected)
        else { return nil }
        if let place = HostAndPort(text[...]), let port = place.port { return .tcp(host: place.host, port: port) }
        problems.add("found \(value.title): expected \(expected)", at: value.place)
        return nil
    }

    private func prometheus(_ value: YAMLValue) -> GateCheck.Probe? {
        let keys = ["url", "query", "is"]
        guard let reader = MappingReader(value, "`prometheus`", keys: keys, problems) else { return nil }
        let url = reader.required("url", expected: Self.expectedURL).flatMap(url)
        let query = reader.required("query", expected: "a query in PromQL").flatMap { text($0, "a query in PromQL") }
        let expected = "what each value must be, such as \"< 0.05\""
        let comparison = reader.required("is", expected: expected).flatMap { value -> Comparison? in
            guard let text = problems.text(value, expected: expected) else { return nil }
            if let comparison = Comparison(text) { return comparison }
            let signs = Comparison.Sign.allCases.map(\.rawValue).joined(separator: " ")
            problems.add("found \(value.title): expected \(expected), with one of \(signs)", at: value.place)
            return nil
        }
        guard let url, let query, let comparison else { return nil }
        return .prometheus(url: url, query: query, is: comparison)
    }

    private static let expectedURL = "a URL such as https://shop.example/health"

    private func url(_ value: YAMLValue) -> String? {
        guard let text = problems.text(value, expected: Self.expectedURL) else { return nil }
        let rest = ["http://", "https://"].lazy.filter { text.hasPrefix($0) }.first.map {
            text.dropFirst($0.utf8.count)
        }
        let authority = rest?.prefix { !"/?#".contains($0) } ?? ""
        if authority.contains("@") {
            problems.add("a check's URL holds no credentials: everybody who sees the cycle sees them", at: value.place)
            return nil
        }
        let isPlain = text.utf8.allSatisfy { (0x21...0x7e).contains($0) } && !text.contains("#")
        if isPlain, text.utf8.count <= Self.maximumURL, HostAndPort(authority) != nil { return text }
        problems.add("found \(value.title): expected \(Self.expectedURL)", at: value.place)
        return nil
    }

    private func text(_ value: YAMLValue, _ expected: String) -> String? {
        guard let text = problems.text(value, expected: expected) else { return nil }
        if text.utf8.count <= Self.maximumText { return text }
        problems.add(
            "found \(text.utf8.count) bytes: expected \(expected) of at most \(Self.maximumText)",
            at: value.place
        )
        return nil
    }
}

/// `HOST`, `HOST:PORT` or `[ADDRESS]:PORT`.
struct HostAndPort {
    let host: String
    let port: Int?

    init?(_ text: Substring) {
        let isBracketed = text.hasPrefix("[")
        let end = isBracketed ? text.firstIndex(of: "]") : text.firstIndex(of: ":") ?? text.endIndex
        guard let end else { return nil }
        host = String(text[..<end].drop { $0 == "[" })
        let letters = isBracketed ? "0123456789abcdefABCDEF:." : nil
        guard !host.isEmpty, host.utf8.count <= 253,
            host.allSatisfy({
                letters?.contains($0) ?? ($0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)))
            })
        else { return nil }
        let rest = isBracketed ? text[end...].dropFirst() : text[end...]
        guard !rest.isEmpty else {
            port = nil
            return
        }
        guard rest.hasPrefix(":"), let number = Int(rest.dropFirst()), (1...65_535).contains(number) else { return nil }
        port = number
    }
}
