import ControlPlane
import Domain
import ReadModels
import Time

/// The operations on what came of associations, and on their versions.
enum AssociationReports {
    static let all = [executions, targets, versions]

    private struct Input: Decodable, Sendable {
        struct Filter: Decodable, Sendable {
            var key: String
            var value: String
            var type: String?
        }

        var associationId: String
        var executionId: String?
        var filters: [Filter]?
        var maxResults: Int?
        var nextToken: String?

        var place: PagePlace { PagePlace(maxResults: maxResults, nextToken: nextToken) }
    }

    private static let mostFilters = 5

    private static let executions = Operation(
        "DescribeAssociationExecutions",
        [
            AssociationShapes.association,
            filters(
                .required("Key", .word(["ExecutionId", "Status", "CreatedTime"])),
                .required("Type", .word(["EQUAL", "LESS_THAN", "GREATER_THAN"]))
            ),
        ] + AssociationShapes.listing
    ) { (input: Input, call) in
        let association = try await call.association(input.associationId)
        // The newest first, as the page's keys rise.
        let found = try association.executions.reversed().filter { execution in
            try (input.filters ?? []).allSatisfy { try allows($0, execution, association) }
        }
        let (page, next) = try PageToken.page(
            "DescribeAssociationExecutions",
            found,
            by: { String(Int64.max - Int64($0.number)) },
            after: input.nextToken,
            atMost: input.place.limit
        )
        var views: [AssociationExecutionView] = []
        for execution in page {
            let place = AssociationPlace(association: association.id, execution: execution.number)
            let command = try await call.services.questions.command(place.description)
            views.append(AssociationExecutionView(execution, at: place, command))
        }
        return ListPage("associationExecutions", views, next: next)
    }

    private static let targets = Operation(
        "DescribeAssociationExecutionTargets",
        [
            AssociationShapes.association, .required("ExecutionId", AssociationShapes.id),
            filters(.required("Key", .word(["Status", "ResourceId", "ResourceType"]))),
        ] + AssociationShapes.listing
    ) { (input: Input, call) in
        let association = try await call.association(input.associationId)
        guard let place = AssociationPlace(input.executionId ?? ""), place.association == association.id,
            let execution = association.execution(place.execution)
        else { throw SSMError("AssociationExecutionDoesNotExist", "The association has no such execution.") }
        let command = try await call.services.questions.command(place.description)
        let found = (command?.parts.keys.sorted() ?? []).compactMap { node in
            command.map { AssociationExecutionTargetView(node, execution, at: place, $0) }
        }.filter { target in
            (input.filters ?? []).allSatisfy { filter in
                let values = [
                    "Status": target.status, "ResourceId": target.resourceId, "ResourceType": target.resourceType,
                ]
                return values[filter.key] == filter.value
            }
        }
        let name = "DescribeAssociationExecutionTargets"
        return try ListPage("associationExecutionTargets", of: name, found, by: \.resourceId, input.place)
    }

    private static let versions = Operation(
        "ListAssociationVersions",
        [AssociationShapes.association] + AssociationShapes.listing
    ) { (input: Input, call) in
        let association = try await call.association(input.associationId)
        let (page, next) = try PageToken.page(
            "ListAssociationVersions",
            association.versions,
            by: { String(Int64.max / 2 + Int64($0.number)) },
            after: input.nextToken,
            atMost: input.place.limit
        )
        let views = page.map { version in
            var settings = version.settings
            settings.instanceId = nil
            return Merged(AssociationVersionItem(version, of: association), settings)
        }
        return ListPage("associationVersions", views, next: next)
    }

    // MARK: - Steps

    private static func filters(_ members: Shape.Member...) -> Shape.Member {
        .optional(
            "Filters",
            .list(.structure(members + [.required("Value", .text(1...Int.max))]), 1...mostFilters)
        )
    }

    private static func allows(
        _ filter: Input.Filter,
        _ execution: AssociationExecution,
        _ association: Association
    ) throws(SSMError) -> Bool {
        switch filter.key {
        case "ExecutionId":
            AssociationPlace(filter.value)
                == AssociationPlace(association: association.id, execution: execution.number)
        case "Status": execution.status.title == filter.value
        default: compares(execution.startedAt, try Timestamp(filter: filter.key, filter.value), filter.type)
        }
    }

    private static func compares(_ left: Timestamp, _ right: Timestamp, _ type: String?) -> Bool {
        switch type {
        case "LESS_THAN": left < right
        case "GREATER_THAN": left > right
        default: left == right
        }
    }
}
