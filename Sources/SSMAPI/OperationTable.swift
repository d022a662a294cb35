/// Every operation that is offered; any other is answered with `UnknownOperationException`.
struct OperationTable: Sendable {
    private let operations: [String: Operation]

    init() {
        let all =
            BaselineOperations.all + PatchGroupOperations.all + TagOperations.all + InstanceOperations.all
            + ActivationOperations.all + ManagedInstanceOperations.all
            + PatchOperations.all + ComplianceOperations.all + CatalogueOperations.all + InventoryOperations.all
        let windows =
            WindowOperations.all + WindowTargetOperations.all + WindowTaskOperations.all
            + WindowExecutionOperations.all + WindowScheduleOperations.all
        let associations = AssociationOperations.all + AssociationReports.all
        let commands =
            CommandOperations.all + CommandReports.all + DocumentOperations.all
            + DocumentChanges.all
        operations = Dictionary((all + windows + associations + commands).map { ($0.name, $0) }) { first, _ in first }
    }

    subscript(name: String) -> Operation? { operations[name] }
}
