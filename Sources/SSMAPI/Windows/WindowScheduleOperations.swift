import ControlPlane
import Domain
import ReadModels
import Time

/// The operations that tell when windows open, and which are for some nodes.
enum WindowScheduleOperations {
    static let all = [schedule, ofTarget]

    /// Of one window in one answer.
    private static let mostOpenings = 500

    private struct ScheduleInput: Decodable, Sendable {
        var windowId: String?
        var targets: [TargetItem]?
        var resourceType: String?
        var filters: [Filter]?
        var maxResults: Int?
        var nextToken: String?
    }

    /// SSM's `ScheduledWindowExecution`.
    private struct Opening: Encodable, Sendable {
        var windowId: String
        var name: String
        var executionTime: String
    }

    private static let schedule = Operation(
        "DescribeMaintenanceWindowSchedule",
        ofRegion: true,
        [
            .optional("WindowId", WindowShapes.id), .optional("Targets", WindowShapes.targets),
            .optional("ResourceType", WindowShapes.resourceType), WindowShapes.filters, WindowShapes.searchPageSize,
            WindowShapes.nextToken,
        ]
    ) { (input: ScheduleInput, call) in
        let operation = "DescribeMaintenanceWindowSchedule"
        let bounds = try TimeBounds(input.filters ?? [], after: "ScheduledAfter", before: "ScheduledBefore").range
        let last = try PageToken.last(operation, input.nextToken)
        let limit = min(max(1, input.maxResults ?? 50), mostOpenings)
        var openings: [(key: String, opening: Opening)] = []
        let start = max(call.now, bounds.lowerBound, last.flatMap(moment) ?? call.now) - .microseconds(1)
        for window in try await windows(input, call) {
            for moment in window.openings(after: start, limit: limit + 1) where bounds.contains(moment) {
                let opening = Opening(
                    windowId: window.id,
                    name: window.configuration?.settings.name ?? "",
                    executionTime: window.text(of: moment)
                )
                openings.append((key(moment, window.id), opening))
            }
        }
        let (page, next) = try PageToken.page(
            operation,
            openings.sorted { $0.key < $1.key },
            by: \.key,
            after: input.nextToken,
            atMost: limit
        )
        return ListPage("scheduledWindowExecutions", page.map(\.opening), next: next)
    }

    private struct TargetInput: Decodable, Sendable {
        var targets: [TargetItem]
        var maxResults: Int?
        var nextToken: String?
    }

    /// SSM's `MaintenanceWindowIdentityForTarget`.
    private struct Identity: Encodable, Sendable {
        var windowId: String
        var name: String
    }

    private static let ofTarget = Operation(
        "DescribeMaintenanceWindowsForTarget",
        ofRegion: true,
        [
            .required("Targets", WindowShapes.targets), .required("ResourceType", WindowShapes.resourceType),
            WindowShapes.searchPageSize, WindowShapes.nextToken,
        ]
    ) { (input: TargetInput, call) in
        let identities = try await windows(for: input.targets, call).map { window in
            Identity(windowId: window.id, name: window.configuration?.settings.name ?? "")
        }
        let place = PagePlace(maxResults: input.maxResults, nextToken: input.nextToken)
        let name = "DescribeMaintenanceWindowsForTarget"
        return try ListPage("windowIdentities", of: name, identities, by: \.windowId, place)
    }

    // MARK: - Steps

    /// Sorts by time, then by window.
    private static func key(_ moment: Timestamp, _ window: String) -> String {
        let digits = "\(max(0, moment.microseconds))"
        return String(repeating: "0", count: max(0, 19 - digits.utf8.count)) + digits + " " + window
    }

    private static func moment(_ key: String) -> Timestamp? {
        Int64(key.prefix { $0 != " " }).map { Timestamp(microseconds: $0) }
    }

    private static func windows(_ input: ScheduleInput, _ call: Call) async throws -> [MaintenanceWindow] {
        if let id = input.windowId { return [try await call.window(id)] }
        guard let targets = input.targets else { return try await call.windows() }
        return try await windows(for: targets, call)
    }

    /// Those that have a target which a node of these may be of.
    private static func windows(for items: [TargetItem], _ call: Call) async throws -> [MaintenanceWindow] {
        var asked = try TargetItem.nodes(items)
        if let ids = asked.instanceIDs {
            let nodes = try await call.nodes(ids)
            let tags = Dictionary(grouping: nodes.flatMap(\.tags)) { "tag:" + $0.key }
            asked += tags.map { CommandTarget(key: $0, values: $1.map(\.value)) }
        }
        return try await call.windows().filter { window in
            window.configuration?.targets.contains { $0.targets.isOf(asked) } == true
        }
    }
}
