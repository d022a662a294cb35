import ControlPlane
import Domain
import ReadModels
import Time

/// The operations on activations: each is a stream of its own, as those of `ringmaster activation create` are (ssm-semantics §5.1).
///
/// Those made here have UUIDs; the others have ids that SSM's model does not allow, and are not shown.
enum ActivationOperations {
    static let all = [create, describe, delete]

    private static let day = Duration.seconds(86_400)

    private struct CreateInput: Decodable, Sendable {
        var description: String?
        var defaultInstanceName: String?
        var iamRole: String
        var registrationLimit: Int?
        var expirationDate: EpochSeconds?
        var tags: [TagItem]?
    }

    private struct CreateOutput: Encodable, Sendable {
        var activationId: String
        var activationCode: String
    }

    private static let create = Operation(
        "CreateActivation",
        for: .enrol,
        on: { (input: CreateInput, call) in
            let tags = try TagItem.dictionary(input.tags ?? [])
            return Demand(
                permission: .enrol,
                reach: .node(site: call.region, patchGroup: try NodeLabels.group(ofTags: tags))
            )
        },
        [
            .optional("Description", .text(0...256)), .optional("DefaultInstanceName", .text(0...256, .tag)),
            .required("IamRole", .text(0...64)), .optional("RegistrationLimit", .integer(1...1_000)),
            .optional("ExpirationDate", .time), .optional("Tags", BaselineShapes.tags),
            .optional("RegistrationMetadata", .list(registrationMetadata, Shape.any)),
        ]
    ) { (input: CreateInput, call) in
        let tags = try TagItem.dictionary(input.tags ?? [])
        guard tags.count <= NodeLabels.mostTags else {
            throw SSMError.validation("A resource has at most \(NodeLabels.mostTags) tags.")
        }
        let expires = input.expirationDate?.moment ?? call.now + day
        let request = CreateActivation(
            site: call.region,
            patchGroup: try NodeLabels.group(ofTags: tags),
            uses: input.registrationLimit ?? 1,
            expiresInSeconds: Int((expires - call.now).components.seconds),
            by: call.principal.name
        )
        let labels = NodeLabels(name: input.defaultInstanceName, role: input.iamRole, tags: tags)
        let offer = ActivationOffer(description: input.description, labels: labels, expires: expires)
        let made = try await call.services.activations.create(request, key: call.key, offer: offer)
        return CreateOutput(activationId: made.activation, activationCode: made.code)
    }

    /// For AWS's own use.
    private static let registrationMetadata = Shape.structure([
        .required("Key", .text(1...128)), .required("Value", .text(1...2_048)),
    ])

    private struct DescribeInput: Decodable, Sendable {
        struct Filter: Decodable, Sendable {
            var filterKey: String
            var filterValues: [String]?
        }

        var filters: [Filter]?
        var maxResults: Int?
        var nextToken: String?
    }

    private struct DescribeOutput: Encodable, Sendable {
        var activationList: [ActivationItem]
        var nextToken: String?
    }

    private static let idFilter = "ActivationIds"
    private static let filterKeys = [idFilter, "DefaultInstanceName", "IamRole"]

    private static let describe = Operation(
        "DescribeActivations",
        [
            .optional(
                "Filters",
                .list(
                    .structure([
                        .required("FilterKey", .word(filterKeys)), .optional("FilterValues", .list(.text, Shape.any)),
                    ]),
                    Shape.any
                )
            ),
            .optional("MaxResults", .integer(1...50)), NodeShapes.token,
        ]
    ) { (input: DescribeInput, call) in
        let filters = (input.filters ?? []).map { Filter(key: $0.filterKey, values: $0.filterValues) }
        let list = try FilterList(filters, Set(filterKeys))
        let last = try PageToken.last("DescribeActivations", input.nextToken)
        let limit = input.maxResults ?? 50
        let isWanted: (Activation) -> Bool = { call.sees($0) && list.allow($0) }
        let ids = filters.filter { $0.key == idFilter }.flatMap { $0.values ?? [] }
        let found: [Activation]
        if ids.isEmpty {
            found = try await call.services.activations.list(after: last, limit: limit + 1, where: isWanted)
        } else {
            let named = try await call.services.activations.activations(Set(ids).sorted())
            found = named.filter { isWanted($0) && last.map($0.id.isBehind) != false }
        }
        let page = found.prefix(limit)
        let next = found.count > limit ? page.last.map { PageToken.make("DescribeActivations", last: $0.id) } : nil
        return DescribeOutput(activationList: page.compactMap { ActivationItem($0, at: call.now) }, nextToken: next)
    }

    private struct Reference: Decodable, Sendable {
        var activationId: String
    }

    private static let delete = Operation(
        "DeleteActivation",
        for: .enrol,
        on: { (input: Reference, call) in
            let activation = try await activation(input.activationId, call)
            guard let terms = activation.terms else { throw unknown }
            return Demand(permission: .enrol, reach: .node(site: terms.site, patchGroup: terms.patchGroup))
        },
        [.required("ActivationId", .text(36...36, .uuid))]
    ) { (input: Reference, call) in
        try await call.services.activations.delete(input.activationId, by: call.principal.name, key: call.key)
        return NoOutput()
    }

    // MARK: - Steps

    private static let unknown = SSMError("InvalidActivation", "There is no such activation.")

    private static func activation(_ id: String, _ call: Call) async throws -> Activation {
        guard let found = try await call.services.activations.activations([id]).first, found.deletion == nil,
            found.terms?.site == call.region
        else { throw unknown }
        return found
    }
}

extension Call {
    fileprivate func sees(_ activation: Activation) -> Bool {
        guard let terms = activation.terms, activation.deletion == nil else { return false }
        return terms.site == region && Shape.Pattern.uuid.matches(terms.activation)
            && principal.scope.covers(site: terms.site, patchGroup: terms.patchGroup)
    }
}

extension FilterList {
    fileprivate func allow(_ activation: Activation) -> Bool {
        let labels = activation.terms?.labels
        return allows("ActivationIds", [activation.id]) && allows("DefaultInstanceName", [labels?.name ?? ""])
            && allows("IamRole", [labels?.role ?? ""])
    }
}

extension Activation {
    fileprivate var id: String { terms?.activation ?? "" }
}

extension String {
    fileprivate func isBehind(_ other: String) -> Bool { self > other }
}
