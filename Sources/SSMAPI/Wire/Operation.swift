import Domain
import FoundationEssentials

/// One operation of SSM's API.
struct Operation: Sendable {
    /// Such as `GetPatchBaseline`.
    let name: String
    let input: Shape
    let permission: Permission
    /// Whether it changes what is the fleet's; one that does not looks itself whom it concerns.
    let concernsFleet: Bool
    private let body: @Sendable (Data, Call) async throws -> Data

    /// Whether it changes something: it is audited, and the same signature is taken once.
    var isChange: Bool { permission != .read }

    /// - Parameters:
    ///   - concernsFleet: ``concernsFleet``.
    ///   - input: what is checked before the input is decoded.
    ///   - body: throws ``SSMError`` or a problem of the services.
    init<Input: Decodable & Sendable, Output: Encodable & Sendable>(
        _ name: String,
        for permission: Permission = .read,
        concernsFleet: Bool = true,
        _ input: [Shape.Member],
        _ body: @escaping @Sendable (Input, Call) async throws -> Output
    ) {
        self.name = name
        self.input = .structure(input)
        self.permission = permission
        self.concernsFleet = concernsFleet
        self.body = { data, call in
            try WireJSON.encode(try await body(try WireJSON.decode(Input.self, from: data), call))
        }
    }

    /// The answer to a request whose body was checked.
    func answer(_ body: Data, _ call: Call) async throws -> Data { try await self.body(body, call) }
}

/// An answer without members.
struct NoOutput: Encodable, Sendable {}
