import JWTKit

/// What a token claims.
struct Claims: JWTPayload, Equatable {
    private var values: [String: Claim]

    init(_ values: [String: Claim]) { self.values = values }

    init(from decoder: any Decoder) throws { values = try [String: Claim](from: decoder) }

    func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }

    /// What they must be is the provider's to say: ``IdentityProvider/principal(ofToken:)``.
    func verify(using algorithm: some JWTAlgorithm) {}

    /// The claim of that name; where there is none, dots lead into objects, as in `realm_access.roles`.
    subscript(path: String) -> Claim? {
        if let whole = values[path] { return whole }
        let parts = path.split(separator: ".").map(String.init)
        guard let first = parts.first, var claim = values[first] else { return nil }
        for part in parts.dropFirst() {
            guard case .object(let members) = claim, let member = members[part] else { return nil }
            claim = member
        }
        return claim
    }
}

/// The value of a claim: any JSON.
enum Claim: Codable, Equatable, Sendable {
    case null
    case boolean(Bool)
    case number(Double)
    case text(String)
    case list([Claim])
    case object([String: Claim])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {  // what it is not, the next line may find
            self = .boolean(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([Claim].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: Claim].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .boolean(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }

    var number: Double? { if case .number(let number) = self { number } else { nil } }

    /// A text alone, or those of a list.
    var texts: [String] {
        switch self {
        case .text(let text): [text]
        case .list(let claims): claims.compactMap(\.text)
        case .null, .boolean, .number, .object: []
        }
    }
}
