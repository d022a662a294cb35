import FoundationEssentials
import PatchStreams

extension Shape {
    /// - Parameter body: JSON.
    /// - Throws: as ``check(_:)``, and `SerializationException` for what is no JSON.
    func check(body: Data) throws(SSMError) {
        let value: JSONValue
        do {
            value = try JSONDecoder().decode(JSONValue.self, from: body)
        } catch {
            throw .serialization("the request is not JSON")
        }
        try check(value)
    }

    /// - Throws: ``SSMError``, `SerializationException` for what is of another type and `ValidationException` for what is not allowed.
    func check(_ value: JSONValue) throws(SSMError) {
        var violations: [String] = []
        try check(value, at: "", &violations)
        guard !violations.isEmpty else { return }
        let shown = violations.prefix(Self.mostViolations).joined(separator: "; ")
        let noun = violations.count == 1 ? "validation error" : "validation errors"
        throw .validation("\(violations.count) \(noun) detected: \(shown)")
    }

    // MARK: - Steps

    private static let mostViolations = 20

    fileprivate func check(_ value: JSONValue, at path: String, _ violations: inout [String]) throws(SSMError) {
        func violate(_ constraint: String) {
            let place = path.isEmpty ? "input" : path
            violations.append(
                "Value '\(value.shown)' at '\(place)' failed to satisfy constraint: Member must \(constraint)"
            )
        }
        switch (self, value) {
        case (.text(let lengths, let pattern), .text(let text)):
            Self.check(text.utf16.count, lengths, "length", violate)
            if let pattern, !pattern.matches(text) {
                violate("satisfy regular expression pattern: \(pattern.text)")
            }
            // PostgreSQL holds none.
            if text.utf8.contains(0) { violate("satisfy regular expression pattern: [^\\x00]*") }
        case (.word(let words), .text(let text)):
            if !words.contains(text) { violate("satisfy enum value set: [\(words.joined(separator: ", "))]") }
        case (.integer(let bounds), .integer(let number)):
            Self.check(Int(clamping: number), bounds, "value", violate)
        case (.boolean, .bool), (.time, .integer), (.time, .number): break
        case (.list(let shape, let counts), .list(let values)):
            let counts = counts.upperBound == .max ? counts.clamped(to: 0...Self.mostElements) : counts
            Self.check(values.count, counts, "length", violate)
            for (index, value) in values.prefix(counts.upperBound).enumerated() {
                try shape.check(value, at: "\(path).\(index + 1).member", &violations)
            }
        case (.map(let shape), .object(let values)):
            Self.check(values.count, 0...Self.mostElements, "length", violate)
            for (key, value) in values.sorted(by: { $0.key < $1.key }).prefix(Self.mostElements) {
                try shape.check(value, at: "\(path).\(key)", &violations)
            }
        case (.structure(let members), .object(let values)):
            try Self.checkSpelling(of: values, members, at: path)
            for member in members { try member.check(values, at: path, &violations) }
        case (_, .null): violate("not be null")
        default: throw .serialization("\(path.isEmpty ? "the request" : path) is not \(title)")
        }
    }

    /// Of a list or a map that the model leaves open; those beyond are as wrong as its length.
    private static let mostElements = 1_000

    /// The decoder takes a member in either case of its first letter: one in the wrong case would get past the check.
    private static func checkSpelling(
        of values: [String: JSONValue],
        _ members: [Member],
        at path: String
    ) throws(SSMError) {
        let names = Dictionary(members.map { (WireJSON.decoded($0.name), $0.name) }) { first, _ in first }
        for key in values.keys.sorted() {
            guard let name = names[WireJSON.decoded(key)], name != key else { continue }
            let place = path.isEmpty ? "the request" : path
            throw .serialization("\(place) has a member \(key), which is spelled \(name)")
        }
    }

    private static func check(
        _ number: Int,
        _ bounds: ClosedRange<Int>,
        _ what: String,
        _ violate: (String) -> Void
    ) {
        if number < bounds.lowerBound { violate("have \(what) greater than or equal to \(bounds.lowerBound)") }
        if number > bounds.upperBound { violate("have \(what) less than or equal to \(bounds.upperBound)") }
    }

    private var title: String {
        switch self {
        case .text, .word: "a string"
        case .integer: "an integer"
        case .boolean: "a boolean"
        case .time: "a time in seconds since 1970"
        case .list: "a list"
        case .map: "a map"
        case .structure: "a structure"
        }
    }
}

extension Shape.Member {
    fileprivate func check(
        _ values: [String: JSONValue],
        at path: String,
        _ violations: inout [String]
    ) throws(SSMError) {
        let place = (path.isEmpty ? "" : path + ".") + name.prefix(1).lowercased() + name.dropFirst()
        let value = values[name] ?? .null
        if value != .null {
            try shape.check(value, at: place, &violations)
        } else if isRequired {
            violations.append("Value null at '\(place)' failed to satisfy constraint: Member must not be null")
        }
    }
}

extension JSONValue {
    /// As messages have it, short.
    fileprivate var shown: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .text(let value): String(value.prefix(100))
        case .list(let values): "[\(values.count) members]"
        case .object: "{…}"
        }
    }
}
