import ControlPlane
import Domain
import ReadModels
import Time

/// The operations on associations (ssm-semantics §7.5).
enum AssociationOperations {
    static let all = [create, update, describe, delete, list, start]

    private struct Output: Encodable, Sendable {
        var associationDescription: Merged<AssociationStanding, AssociationSettings>
    }

    /// How an association is named: by its id, or as old clients do.
    private struct Reference: Decodable, Sendable {
        var associationId: String?
        var associationVersion: String?
        var name: String?
        var instanceId: String?
    }

    private static let create = Operation(
        "CreateAssociation",
        for: .run,
        on: { (input: AssociationInput, call) in call.demand(try input.settings()) },
        [
            .required("Name", CommandShapes.document), .optional("InstanceId", NodeShapes.id),
            .optional("Tags", BaselineShapes.tags),
        ] + AssociationShapes.settings
    ) { (input: AssociationInput, call) in
        let settings = try input.settings()
        let tags = try TagItem.dictionary(input.tags ?? [])
        guard tags.count <= AssociationConfiguration.mostTags else { throw SSMError.tooManyTags }
        if let node = input.instanceId { _ = try await call.node(node) }
        try await check(settings, call)
        guard let id = AssociationPlace(Call.uuid("association of \(call.region)", token: call.key))?.association else {
            throw SSMError.internalError
        }
        let configuration = AssociationConfiguration(settings: settings, tags: tags)
        let made = try await call.associating {
            try await call.services.associations.create(
                id,
                site: call.region,
                configuration,
                key: call.key,
                by: call.principal.name
            )
        }
        return try await output(made, nil, call)
    }

    private static let update = Operation(
        "UpdateAssociation",
        for: .run,
        on: { (input: AssociationInput, call) in
            let present = try await call.association(input.associationId ?? "")
            return call.demand(try input.settings(changing: present.configuration?.settings))
        },
        [
            AssociationShapes.association, .optional("Name", CommandShapes.document),
            .optional("AssociationVersion", AssociationShapes.version),
        ] + AssociationShapes.settings
    ) { (input: AssociationInput, call) in
        let present = try await call.association(input.associationId ?? "")
        if let version = input.associationVersion, version != "$LATEST", Int(version) != present.version(nil)?.number {
            throw SSMError("InvalidAssociationVersion", "The latest version of the association is another one.")
        }
        try await check(try input.settings(changing: present.configuration?.settings), call)
        let changed = try await call.associating {
            try await call.services.associations.change(
                present.id,
                site: call.region,
                key: call.key,
                by: call.principal.name
            ) { $0.settings = try input.settings(changing: $0.settings) }
        }
        return try await output(changed, nil, call)
    }

    private static let describe = Operation(
        "DescribeAssociation",
        AssociationShapes.reference + [.optional("AssociationVersion", AssociationShapes.version)]
    ) { (input: Reference, call) in
        let number = try input.associationVersion.flatMap { text throws(SSMError) -> Int? in
            guard text != "$LATEST" else { return nil }
            guard let number = Int(text) else { throw unknownVersion }
            return number
        }
        return try await output(try await find(input, call), number, call)
    }

    private static let delete = Operation(
        "DeleteAssociation",
        for: .run,
        // Whoever does not see it is told that there is none.
        on: { (input: Reference, call) in
            _ = try await find(input, call)
            return Demand(permission: .run, reach: .none)
        },
        AssociationShapes.reference
    ) { (input: Reference, call) in
        let id = try await find(input, call).id
        try await call.associating {
            try await call.services.associations.delete(id, site: call.region, key: call.key, by: call.principal.name)
        }
        return NoOutput()
    }

    private struct StartInput: Decodable, Sendable {
        var associationIds: [String]
    }

    private static let start = Operation(
        "StartAssociationsOnce",
        for: .run,
        on: { (input: StartInput, call) in
            for id in input.associationIds { _ = try await call.association(id) }
            return Demand(permission: .run, reach: .none)
        },
        [.required("AssociationIds", .list(AssociationShapes.id, 1...10))]
    ) { (input: StartInput, call) in
        for id in input.associationIds {
            let id = id.lowercased()
            try await call.associating {
                try await call.services.associations.start(
                    id,
                    site: call.region,
                    key: call.key,
                    by: call.principal.name
                )
            }
        }
        return NoOutput()
    }

    private struct ListInput: Decodable, Sendable {
        var associationFilterList: [AssociationFilter.Item]?
        var maxResults: Int?
        var nextToken: String?

        var place: PagePlace { PagePlace(maxResults: maxResults, nextToken: nextToken) }
    }

    private static let list = Operation(
        "ListAssociations",
        [
            .optional(
                "AssociationFilterList",
                .list(
                    .structure([
                        .required("key", .word(AssociationFilter.keys)), .required("value", .text(1...Int.max)),
                    ]),
                    1...10
                )
            )
        ] + AssociationShapes.listing
    ) { (input: ListInput, call) in
        let filter = try AssociationFilter(input.associationFilterList ?? [])
        let found = try await call.associations().compactMap { association in
            association.version(nil).map { AssociationItem(association, $0) }
        }.filter(filter.allows)
        return try ListPage("associations", of: "ListAssociations", found, by: \.associationId, input.place)
    }

    // MARK: - Steps

    private static let unknownVersion = SSMError(
        "InvalidAssociationVersion",
        "The association has no such version, or it is not kept any more."
    )

    private static func find(_ reference: Reference, _ call: Call) async throws -> Association {
        if let id = reference.associationId { return try await call.association(id) }
        guard let name = reference.name, let node = reference.instanceId else {
            throw SSMError.validation("An association is named by its AssociationId, or by its Name and InstanceId.")
        }
        guard let found = try await call.associations().first(where: { $0.isOf(name, for: node) }) else {
            throw SSMError.unknownAssociation
        }
        return found
    }

    private static func output(_ association: Association, _ number: Int?, _ call: Call) async throws -> Output {
        guard let version = association.version(number) else { throw unknownVersion }
        let place = association.lastRun.map { AssociationPlace(association: association.id, execution: $0.number) }
        var last: CommandState?
        if let place { last = try await call.services.questions.command(place.description) }
        let standing = AssociationStanding(association, version, last: last)
        return Output(associationDescription: Merged(standing, version.settings))
    }

    /// As its commands would be refused.
    private static func check(_ settings: AssociationSettings, _ call: Call) async throws {
        do {
            try await call.services.commands.check(settings.command, site: call.region)
        } catch let refusal as CommandRefusal {
            let shown = SSMError(refusal)
            guard case .invalidTargets = refusal else { throw shown }
            throw SSMError("InvalidTarget", shown.message)
        }
    }
}
