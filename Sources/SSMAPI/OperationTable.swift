/// Every operation that is offered; any other is answered with `UnknownOperationException`.
enum OperationTable {
    static let operations: [String: Operation] = {
        let all = BaselineOperations.all + PatchGroupOperations.all + TagOperations.all
        return Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
    }()
}
