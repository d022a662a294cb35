import ControlPlane
import Domain
import ReadModels

/// The operations on inventory: what nodes' scans tell, and the types of their own that others report (decision 0036).
enum InventoryOperations {
    static let all = [put, get, entries, schema]

    private static let put = Operation(
        "PutInventory",
        for: .enrol,
        on: { (input: InventoryIntake, call) in
            let node = try await call.node(input.instanceId)
            return Demand(permission: .enrol, reach: .node(site: node.site, patchGroup: node.patchGroup))
        },
        InventoryIntake.members
    ) { (input: InventoryIntake, call) in
        try await input.keep(in: call.services.questions.customInventories)
        return NoOutput()
    }

    // MARK: - Nodes

    /// What of it there is none of here.
    private struct Aggregator: Decodable, Sendable {}

    private struct ResultAttribute: Decodable, Sendable {
        var typeName: String
    }

    private struct GetInput: Decodable, Sendable {
        var filters: [InventoryFilter]?
        var aggregators: [Aggregator]?
        var resultAttributes: [ResultAttribute]?
        var maxResults: Int?
        var nextToken: String?
    }

    private struct Entity: Encodable, Sendable {
        var id: String
        var data: [String: InventoryData]
    }

    private struct GetOutput: Encodable, Sendable {
        var entities: [Entity]
        var nextToken: String?
    }

    private static var get: Operation {
        let name = "GetInventory"
        let members: [Shape.Member] = [
            InventoryShapes.filters, .optional("Aggregators", .list(.structure([]), 1...10)),
            .optional("ResultAttributes", .list(.structure([.required("TypeName", InventoryShapes.typeName)]), 1...1)),
            .optional("MaxResults", InventoryShapes.pageSize), NodeShapes.token,
        ]
        return Operation(name, members) { (input: GetInput, call) in
            guard (input.aggregators ?? []).isEmpty else {
                throw SSMError("InvalidAggregatorException", "Inventory is not aggregated here.")
            }
            let type = try known(input.resultAttributes?.first?.typeName ?? InventoryData.information)
            let filters = input.filters ?? []
            try check(filters)
            let types = Set(filters.compactMap { $0.parts?.type } + [type])
            let walk = InventoryWalk(readsSoftware: types.contains(InventoryData.application))
            let last = try PageToken.last(name, input.nextToken)
            let (found, next) = try await walk.page(call, after: last, atMost: input.maxResults ?? 50) { nodes in
                let inventories = try await call.inventories(of: nodes, types: types)
                return nodes.compactMap { node -> (node: String, item: Entity)? in
                    let own = inventories[node.id] ?? [:]
                    guard filters.allow(own) else { return nil }
                    return (node.id, Entity(id: node.id, data: own.filter { $0.key == type }))
                }
            }
            return GetOutput(entities: found, nextToken: next.map { PageToken.make(name, last: $0) })
        }
    }

    private static func check(_ filters: [InventoryFilter]) throws(SSMError) {
        for filter in filters {
            guard let parts = filter.parts, InventoryData.isKnown(parts.type) else {
                let text = "The filter key \(filter.key) is no attribute of a type, such as AWS:Application.Name."
                throw SSMError("InvalidFilter", text)
            }
            guard filter.type != .exists else {
                throw SSMError("InvalidFilter", "Exists is for aggregators, and inventory is not aggregated here.")
            }
        }
    }

    private static func known(_ type: String) throws(SSMError) -> String {
        guard InventoryData.isKnown(type) else {
            let own = InventoryData.own.map(\.type).joined(separator: ", ")
            let text = "\(type) is not kept here: there are \(own), and types that begin with \(CustomShelf.prefix)."
            throw SSMError("InvalidTypeNameException", text)
        }
        return type
    }

    // MARK: - One node

    private struct EntriesInput: Decodable, Sendable {
        var instanceId: String
        var typeName: String
        var filters: [InventoryFilter]?
        var maxResults: Int?
        var nextToken: String?
    }

    private struct EntriesOutput: Encodable, Sendable {
        var typeName: String
        var instanceId: String
        var schemaVersion: String?
        var captureTime: String?
        var entries: [CustomInventory.Entry]
        var nextToken: String?
    }

    private static var entries: Operation {
        let name = "ListInventoryEntries"
        let members: [Shape.Member] = [
            .required("InstanceId", NodeShapes.id), .required("TypeName", InventoryShapes.typeName),
            InventoryShapes.filters, .optional("MaxResults", InventoryShapes.pageSize), NodeShapes.token,
        ]
        return Operation(name, members) { (input: EntriesInput, call) in
            let type = try known(input.typeName)
            let node = try await call.node(input.instanceId)
            let filters = try (input.filters ?? []).map { filter throws(SSMError) in
                try attribute(of: filter, in: type)
            }
            let data = try await call.inventories(of: [node], types: [type])[node.id]?[type]
            let meant = (data?.content ?? []).enumerated().filter { _, entry in
                filters.allSatisfy { $0.filter.holds(for: entry[$0.attribute]) }
            }
            let (page, next) = try PageToken.page(
                name,
                meant,
                by: { PageToken.ordinal($0.offset) },
                after: input.nextToken,
                atMost: input.maxResults ?? 50
            )
            return EntriesOutput(
                typeName: type,
                instanceId: node.id,
                schemaVersion: data?.schemaVersion,
                captureTime: data?.captureTime,
                entries: page.map(\.element),
                nextToken: next
            )
        }
    }

    /// Keys are attributes, with or without the type before them.
    private static func attribute(
        of filter: InventoryFilter,
        in type: String
    ) throws(SSMError) -> (filter: InventoryFilter, attribute: String) {
        guard filter.key.hasPrefix("AWS:") || filter.key.hasPrefix(CustomShelf.prefix) else {
            return (filter, filter.key)
        }
        guard let parts = filter.parts, parts.type == type else {
            throw SSMError("InvalidFilter", "The filter key \(filter.key) is no attribute of \(type).")
        }
        return (filter, parts.attribute)
    }

    // MARK: - Types

    private struct SchemaInput: Decodable, Sendable {
        var typeName: String?
        var aggregator: Bool?
        var subType: Bool?
        var maxResults: Int?
        var nextToken: String?
    }

    private struct Schema: Encodable, Sendable {
        struct Attribute: Encodable, Sendable {
            var name: String
            var dataType = "string"
        }

        var typeName: String
        var version: String
        var attributes: [Attribute]

        init(_ type: String, _ version: String, _ attributes: [String]) {
            (typeName, self.version) = (type, version)
            self.attributes = attributes.prefix(CustomInventory.mostAttributes).map { Attribute(name: $0) }
        }
    }

    private struct SchemaOutput: Encodable, Sendable {
        var schemas: [Schema]
        var nextToken: String?
    }

    private static var schema: Operation {
        let name = "GetInventorySchema"
        let members: [Shape.Member] = [
            .optional("TypeName", .text(0...100)), .optional("Aggregator", .boolean), .optional("SubType", .boolean),
            .optional("MaxResults", .integer(50...200)), NodeShapes.token,
        ]
        return Operation(name, members) { (input: SchemaInput, call) in
            let custom = try await call.services.questions.customInventories.schemas(
                site: call.region,
                within: call.principal.scope
            )
            // Types that can be aggregated, or have parts, are asked for: there are none.
            let isForAny = input.aggregator != true && input.subType != true
            let schemas =
                InventoryData.own.map { Schema($0.type, $0.version, $0.attributes) }
                + custom.filter { !$0.value.attributes.isEmpty }
                .map { Schema($0.key, $0.value.version, $0.value.attributes.sorted()) }
            let wanted = input.typeName ?? ""
            let (page, next) = try PageToken.page(
                name,
                schemas.filter { isForAny && (wanted.isEmpty || $0.typeName == wanted) }.sorted {
                    $0.typeName < $1.typeName
                },
                by: \.typeName,
                after: input.nextToken,
                atMost: input.maxResults ?? 50
            )
            return SchemaOutput(schemas: page, nextToken: next)
        }
    }
}
