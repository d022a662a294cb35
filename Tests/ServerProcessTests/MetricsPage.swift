import Testing

/// A page of metrics, read as strictly as the format of version 0.0.4 is written.
struct MetricsPage {
    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    /// The value of each series, by its name and labels as they stand on the page.
    private(set) var values: [String: Double] = [:]
    /// The type of each family.
    private(set) var types: [String: String] = [:]
    private var helped: Set<String> = []
    /// The family that lines belong to.
    private var family = ""

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Malformed(description: "the page does not end with a line end") }
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            do {
                try read(line)
            } catch {
                throw Malformed(description: "\(error) in the line: \(line)")
            }
        }
        for name in types.keys where types[name] == "histogram" { try checkHistogram(name) }
    }

    /// The families' names.
    var names: Set<String> { Set(types.keys) }

    // MARK: - Lines

    private mutating func read(_ line: Substring) throws {
        if let help = line.wholeMatch(of: /# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<text>.+)/) {
            let name = String(help.output.name)
            guard helped.insert(name).inserted else { throw Malformed(description: "a second HELP") }
            guard help.output.text.wholeMatch(of: /([^\\]|\\\\|\\n)*/) != nil else {
                throw Malformed(description: "a wrong escape")
            }
            family = name
            return
        }
        if let type = line.wholeMatch(of: /# TYPE (?<name>\S+) (?<kind>counter|gauge|histogram)/) {
            let name = String(type.output.name)
            guard name == family, types[name] == nil else { throw Malformed(description: "a TYPE out of place") }
            types[name] = String(type.output.kind)
            return
        }
        try readSample(line)
    }

    private mutating func readSample(_ line: Substring) throws {
        let label = #/[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\\\|\\"|\\n)*"/#
        guard let name = line.prefixMatch(of: /[a-zA-Z_:][a-zA-Z0-9_:]*/)?.output else {
            throw Malformed(description: "no name")
        }
        var rest = line.dropFirst(name.count)
        var labels: [Substring] = []
        if rest.first == "{" {
            repeat {
                rest = rest.dropFirst()
                guard let found = rest.prefixMatch(of: label)?.output else { throw Malformed(description: "no label") }
                labels.append(found)
                rest = rest.dropFirst(found.count)
            } while rest.first == ","
            guard rest.first == "}" else { throw Malformed(description: "no end of labels") }
            rest = rest.dropFirst()
        }
        let labelNames = labels.map { $0.prefix { $0 != "=" } }
        guard Set(labelNames).count == labels.count else { throw Malformed(description: "a label twice") }
        guard rest.first == " ", let value = Self.value(rest.dropFirst()) else {
            throw Malformed(description: "no value")
        }
        try check(name, value)
        guard values.updateValue(value, forKey: String(line.dropLast(rest.count))) == nil else {
            throw Malformed(description: "a series twice")
        }
    }

    private static func value(_ text: Substring) -> Double? {
        switch text {
        case "+Inf": .infinity
        case "-Inf": -.infinity
        case "NaN": .nan
        default: text.wholeMatch(of: /-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?/) == nil ? nil : Double(text)
        }
    }

    private func check(_ name: Substring, _ value: Double) throws {
        switch types[family] {
        case "histogram":
            guard name.hasPrefix(family), ["_bucket", "_sum", "_count"].contains(name.dropFirst(family.count)) else {
                throw Malformed(description: "not a series of histogram \(family)")
            }
        case "counter":
            guard name == family, name.hasSuffix("_total"), value >= 0 else {
                throw Malformed(description: "not a series of counter \(family)")
            }
        case "gauge":
            guard name == family, !name.hasSuffix("_total") else {
                throw Malformed(description: "not a series of gauge \(family)")
            }
        default: throw Malformed(description: "a series before its TYPE")
        }
    }

    /// Buckets grow, and the last one holds all.
    private func checkHistogram(_ name: String) throws {
        let buckets = values.filter { $0.key.hasPrefix("\(name)_bucket{") }.map { key, value in
            (bound: key.firstMatch(of: /le="(?<bound>[^"]+)"/).flatMap { Self.value($0.output.bound) } ?? .nan, value)
        }
        let counts = buckets.sorted { $0.bound < $1.bound }
        guard counts.map(\.1) == counts.map(\.1).sorted(), counts.last?.bound == .infinity,
            counts.last?.1 == values["\(name)_count"], values["\(name)_sum"] != nil
        else { throw Malformed(description: "the buckets of \(name) do not add up") }
    }
}
