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
    let isChange: Bool
    private let asked: @Sendable (Data, Call) async throws -> Demand

    /// One that reads what the principal sees, or that changes what is the whole fleet's.
    ///
    /// - Parameters:
    ///   - ofRegion: what it reads is the region's, which the principal's scope must hold.
    ///   - input: what is checked before the input is decoded.
    ///   - body: throws ``SSMError`` or a problem of the services.
    init<Input: Decodable & Sendable, Output: Encodable & Sendable>(
        _ name: String,
        for permission: Permission = .read,
        ofRegion: Bool = false,
        _ input: [Shape.Member],
        _ body: @escaping @Sendable (Input, Call) async throws -> Output
    ) {
        let isChange = permission != .read
        let demand: @Sendable (Data, Call) async throws -> Demand = { _, call in
            Demand(permission: permission, reach: isChange ? .fleet : ofRegion ? .site(call.region) : .none)
        }
        self.init(name, input, permission, isChange: isChange, demand: demand, body)
    }

    /// One that changes what only a part of the fleet is concerned by, or that asks for a permission which its input says.
    ///
    /// - Parameters:
    ///   - permission: without which nobody is told more.
    ///   - demand: what the request asks for besides; throws ``SSMError`` for what there is none of.
    init<Input: Decodable & Sendable, Output: Encodable & Sendable>(
        _ name: String,
        for permission: Permission,
        on demand: @escaping @Sendable (Input, Call) async throws -> Demand,
        _ input: [Shape.Member],
        _ body: @escaping @Sendable (Input, Call) async throws -> Output
    ) {
        let decoded: @Sendable (Data, Call) async throws -> Demand = { data, call in
            try await demand(try WireJSON.decode(Input.self, from: data), call)
        }
        self.init(name, input, permission, isChange: true, demand: decoded, body)
    }

    private init<Input: Decodable & Sendable, Output: Encodable & Sendable>(
        _ name: String,
        _ input: [Shape.Member],
        _ permission: Permission,
        isChange: Bool,
        demand: @escaping @Sendable (Data, Call) async throws -> Demand,
        _ body: @escaping @Sendable (Input, Call) async throws -> Output
    ) {
        self.name = name
        self.input = .structure(input)
        self.permission = permission
        self.isChange = isChange
        asked = demand
        self.body = { data, call in
            try WireJSON.encode(try await body(try WireJSON.decode(Input.self, from: data), call))
        }
    }

    /// What a request asks for whose body was checked.
    func demand(_ body: Data, _ call: Call) async throws -> Demand { try await asked(body, call) }

    /// The answer to a request whose body was checked.
    func answer(_ body: Data, _ call: Call) async throws -> Data { try await self.body(body, call) }
}

/// What a request needs of whoever sends it.
struct Demand: Sendable {
    var permission: Permission
    var reach: AccessReach
}

/// An answer without members.
struct NoOutput: Encodable, Sendable {}
