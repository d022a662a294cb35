import Domain
import FoundationEssentials

/// One operation of SSM's API.
struct Operation: Sendable {
    /// Such as `GetPatchBaseline`.
    let name: String
    let input: Shape
    let permission: Permission
    private let body: @Sendable (Data, Call) async throws -> Data

    /// Whether it changes something: it is audited, and the same signature is taken once.
    var isChange: Bool { permission != .read }

    /// - Parameters:
    ///   - input: what is checked before the input is decoded.
    ///   - body: throws ``SSMError`` or a problem of the services.
    init<Input: Decodable & Sendable, Output: Encodable & Sendable>(
        _ name: String,
        for permission: Permission = .read,
        _ input: [Shape.Member],
        _ body: @escaping @Sendable (Input, Call) async throws -> Output
    ) {
        self.name = name
        self.input = .structure(input)
        self.permission = permission
        self.body = { data, call in
            try WireJSON.encode(try await body(try WireJSON.decode(Input.self, from: data), call))
        }
    }

    /// The answer to a request whose body was checked.
    func answer(_ body: Data, _ call: Call) async throws -> Data { try await self.body(body, call) }
}

/// An answer without members.
struct NoOutput: Encodable, Sendable {}
