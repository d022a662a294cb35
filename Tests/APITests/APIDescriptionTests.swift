import ControlPlaneTestSupport
import FoundationEssentials
import HTTPTypes
import HummingbirdTesting
import Testing

/// The part of an OpenAPI document that is compared with the routes.
private struct Description: Decodable {
    struct Path: Decodable {
        struct Operation: Decodable {
            var operationId: String
            var parameters: [Parameter]?
            var security: [[String: [String]]]?
            var responses: [String: Response]
        }

        struct Response: Decodable {}

        var parameters: [Parameter]?
        var get: Operation?
        var post: Operation?
        var put: Operation?
        var patch: Operation?
        var delete: Operation?

        var operations: [(method: String, operation: Operation)] {
            let all = [("GET", get), ("POST", post), ("PUT", put), ("PATCH", patch), ("DELETE", delete)]
            return all.compactMap { method, operation in
                operation.map { (method: method, operation: $0) }
            }
        }
    }

    struct Parameter: Decodable {
        struct Schema: Decodable {
            var type: String?
            var pattern: String?
            var format: String?
            var `enum`: [String]?
        }

        /// nil where another place is referred to.
        var name: String?
        var schema: Schema?
    }

    struct Components: Decodable {
        var parameters: [String: Parameter]
    }

    var openapi: String
    var paths: [String: Path]
    var components: Components

    var parameters: [Parameter] {
        let operations = paths.values.flatMap { path in
            (path.parameters ?? []) + path.operations.flatMap { $0.operation.parameters ?? [] }
        }
        return operations + components.parameters.values
    }
}

@Suite("The API's description", .timeLimit(.minutes(10)))
struct APIDescriptionTests {
    @Test("Every route is described, and nothing is that is no route")
    func routes() async throws {
        try await TestAPI.with { api in
            let described = try await description(api).paths.flatMap { path, item in
                item.operations.map { "\($0.method) /api/v1\(path)" }
            }
            let registered = api.offered.filter { $0.contains(" /api/v1/") }.map { route in
                route.replacing(#/:(\w+)/#) { "{\($0.output.1)}" }
            }
            // How a part of the path is called is the description's business.
            func anonymous(_ routes: [String]) -> Set<String> {
                Set(routes.map { $0.replacing(#/{\w+}/#, with: "{}") })
            }
            #expect(anonymous(described).symmetricDifference(anonymous(registered)) == [])
            #expect(described.count == registered.count)
            #expect(registered.count > 40)
        }
    }

    @Test("It is for anybody, and everything else needs the token and has names and refusals")
    func security() async throws {
        try await TestAPI.with { api in
            let description = try await description(api)
            #expect(description.openapi == "3.1.0")
            let operations = description.paths.flatMap { $0.value.operations.map(\.operation) }
            #expect(Set(operations.map(\.operationId)).count == operations.count)
            for operation in operations {
                let isOpen = operation.security?.isEmpty ?? false
                #expect(isOpen == operation.operationId.hasPrefix("readDescription"))
                guard !isOpen else { continue }
                for status in ["400", "401", "403", "429", "503"] {
                    #expect(operation.responses[status] != nil, "\(operation.operationId) has no \(status)")
                }
            }
        }
    }

    @Test("As it was written it is YAML")
    func yaml() async throws {
        try await TestAPI.with { api in
            let response = try await api.send(.get, "/api/v1/openapi.yaml")
            #expect(response.headers[.contentType] == "application/yaml")
            #expect(response.text.hasPrefix("openapi: 3.1.0\n"))
        }
    }

    @Test("Every text of an address says which characters it may have: a NUL is refused in all of them")
    func texts() async throws {
        try await TestAPI.with { api in
            let parameters = try await description(api).parameters
            let texts = parameters.filter { $0.schema?.type == "string" }
            let bare = texts.filter { $0.schema?.pattern == nil && $0.schema?.format == nil && $0.schema?.enum == nil }
            #expect(texts.count > 5 && bare.compactMap(\.name) == [])
        }
    }

    @Test("Who decides may be left out of any request, or null")
    func decider() async throws {
        try await TestAPI.with { api in
            let text = try await api.send(.get, "/api/v1/openapi.yaml").text
            #expect(text.contains("by: { $ref: '#/components/schemas/By' }"))
            #expect(!text.contains("by: { $ref: '#/components/schemas/Person' }"))
        }
    }

    private func description(_ api: TestAPI) async throws -> Description {
        let response = try await api.send(.get, "/api/v1/openapi.json")
        #expect(response.headers[.contentType] == "application/json")
        return try response.decode(Description.self)
    }
}
