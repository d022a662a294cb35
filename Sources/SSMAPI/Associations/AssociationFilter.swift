import Domain
import Time

/// The filters of ListAssociations: all must hold.
struct AssociationFilter: Sendable {
    /// SSM's `AssociationFilter`.
    struct Item: Decodable, Sendable {
        var key: String
        var value: String
    }

    static let keys = [
        "InstanceId", "Name", "AssociationId", "AssociationStatusName", "LastExecutedBefore", "LastExecutedAfter",
        "AssociationName", "ResourceGroupName",
    ]

    private var items: [Item] = []
    private var ranges: [ClosedRange<Timestamp>] = []

    /// - Throws: ``SSMError`` for what is no time.
    init(_ filters: [Item]) throws(SSMError) {
        for filter in filters {
            switch filter.key {
            case "LastExecutedBefore": ranges.append(.distantPast...(try Timestamp(filter: filter.key, filter.value)))
            case "LastExecutedAfter": ranges.append(try Timestamp(filter: filter.key, filter.value) ... .distantFuture)
            default: items.append(filter)
            }
        }
    }

    func allows(_ association: AssociationItem) -> Bool {
        items.allSatisfy { filter in
            switch filter.key {
            case "InstanceId": association.targets.instanceIDs?.contains(filter.value) == true
            case "Name": CommandDocument.name(of: association.name) == CommandDocument.name(of: filter.value)
            case "AssociationId": association.associationId == filter.value.lowercased()
            case "AssociationStatusName": association.overview.status == filter.value
            case "AssociationName": association.associationName == filter.value
            // There are no resource groups.
            default: false
            }
        } && ranges.allSatisfy { range in association.lastExecutionDate.map { range.contains($0.moment) } == true }
    }
}

extension Timestamp {
    fileprivate static let distantPast = Self(microseconds: .min)
    fileprivate static let distantFuture = Self(microseconds: .max)
}
