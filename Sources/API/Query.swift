import AgentProtocol
import Hummingbird
import Time

/// The query of a request, of which nothing is ignored: names that a route does not have and values outside their limits are refused.
struct Query {
    /// What every read takes; see ``PositionMiddleware``.
    static let since = "since"
    /// Characters of a value that is a name or an id.
    private static let maximumText = 1_000

    private let values: [String: String]

    /// - Parameter known: the names that the route has.
    /// - Throws: ``Problem`` 400 for a name that it does not have, one that comes twice, and what is not encoded as addresses are.
    init(_ request: Request, _ known: String...) throws(Problem) {
        var values: [String: String] = [:]
        for part in (request.uri.query ?? "").split(separator: "&") {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PathPart.decoded(halves[0]),
                let value = PathPart.decoded(halves.count > 1 ? halves[1] : "")
            else {
                let detail = "\(part.prefix(80)) in the address is not percent-encoded UTF-8; encode it anew"
                throw Problem(status: 400, code: "malformed-address", detail: detail)
            }
            guard known.contains(name) || (name == Self.since && request.method == .get) else {
                let list = known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))"
                let detail = "\(request.uri.path) has no parameter \(name.prefix(80)) here: \(list)"
                throw Problem(status: 400, code: "unknown-parameter", detail: detail)
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw Self.malformed("\(name) comes twice; give it once")
            }
        }
        self.values = values
    }

    /// Whether the parameter is there.
    func has(_ name: String) -> Bool { values[name] != nil }

    /// nil when it is not there.
    ///
    /// - Throws: ``Problem`` 400 for an empty text and one that is too long.
    func text(_ name: String, atMost limit: Int = maximumText) throws(Problem) -> String? {
        guard let value = values[name] else { return nil }
        guard (1...limit).contains(value.unicodeScalars.count) else {
            throw Self.malformed("\(name) has 1 to \(limit) characters, not \(value.unicodeScalars.count)")
        }
        return value
    }

    /// - Throws: ``Problem`` 400 for what is no number, or none within the limits.
    func number(_ name: String, _ limits: ClosedRange<Int>, or standard: Int) throws(Problem) -> Int {
        guard let text = values[name] else { return standard }
        guard let number = Int(text), limits.contains(number) else {
            throw Self.malformed(
                "\(name)=\(text.prefix(80)) is not a number of \(limits.lowerBound) to \(limits.upperBound)"
            )
        }
        return number
    }

    /// False when it is not there.
    ///
    /// - Throws: ``Problem`` 400 for what is neither `true` nor `false`.
    func flag(_ name: String) throws(Problem) -> Bool {
        switch values[name] {
        case nil, "false": return false
        case "true": return true
        case let text?: throw Self.malformed("\(name)=\(text.prefix(80)) is neither true nor false")
        }
    }

    /// nil when it is not there.
    ///
    /// - Throws: ``Problem`` 400 for what is no time.
    func time(_ name: String) throws(Problem) -> Timestamp? {
        guard let text = values[name] else { return nil }
        guard let moment = Timestamp(iso8601: text) else {
            let detail = "\(name)=\(text.prefix(80)) is not a time; write it as 2026-11-23T08:00:00Z"
            throw Problem(status: 400, code: "malformed-time", detail: detail)
        }
        return moment
    }

    /// nil when it is not there.
    ///
    /// - Parameters:
    ///   - what: the values that it can have, in words.
    ///   - make: nil for a text that is none of them.
    /// - Throws: ``Problem`` 400 for such a text.
    func value<Value>(_ name: String, _ what: String, _ make: (String) -> Value?) throws(Problem) -> Value? {
        guard let text = values[name] else { return nil }
        guard let value = make(text) else {
            let detail = "\(name)=\(text.prefix(80)) is not \(what)"
            throw Problem(status: 400, code: "malformed-filter", detail: detail)
        }
        return value
    }

    /// One of the cases of an enumeration.
    func value<Value: RawRepresentable & CaseIterable>(_ name: String, _: Value.Type) throws(Problem) -> Value?
    where Value.RawValue == String {
        let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
        return try value(name, "one of \(known)") { Value(rawValue: $0) }
    }

    /// The place and the size of a page of a list.
    ///
    /// - Parameter most: items of a page.
    func page(atMost most: Int) throws(Problem) -> (after: String?, limit: Int) {
        (try text("after"), try number("limit", 1...most, or: 500))
    }

    private static func malformed(_ detail: String) -> Problem {
        Problem(status: 400, code: "malformed-parameter", detail: detail)
    }
}
