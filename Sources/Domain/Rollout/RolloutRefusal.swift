/// Why a rollout does not do what a message wants.
package enum RolloutRefusal: DomainRefusal {
    case notOpen(kind: String)
    case emptyWindow(rollout: String)
    case unfittingSpec(rollout: String, String)
    case unknownOrder(rollout: String, index: Int, attempt: Int)
    case orderOfAnotherNode(rollout: String, index: Int, node: String)
    case unfittingFact(rollout: String, node: String, fact: String)

    package var code: String {
        switch self {
        case .notOpen: "rollout-not-open"
        case .emptyWindow: "rollout-window-empty"
        case .unfittingSpec: "rollout-spec-unfitting"
        case .unknownOrder: "order-unknown"
        case .orderOfAnotherNode: "order-of-another-node"
        case .unfittingFact: "report-unfitting"
        }
    }

    package var detail: String {
        switch self {
        case .notOpen(let kind):
            "cannot take a \(kind): the rollout has not been opened; open the stage's lanes first"
        case .emptyWindow(let rollout):
            "cannot open \(rollout): its window's cutoff is not after its opening; correct the window in the workflow"
        case .unfittingSpec(let rollout, let reason):
            "cannot open \(rollout): \(reason); this is an error of the worker that opened the lanes: report it"
        case .unknownOrder(let rollout, let index, let attempt):
            "cannot take the report on order \(OrderID(rollout: rollout, index: index, attempt: attempt)): the rollout gave "
                + "no such order; check that the agent talks to the control plane it is enrolled with"
        case .orderOfAnotherNode(let rollout, let index, let node):
            "cannot take a report of \(node) on \(rollout)#\(index): the order was for another node; "
                + "check whether two hosts share one agent identity"
        case .unfittingFact(let rollout, let node, let fact):
            "cannot take `\(fact)` from \(node): the operation of \(rollout) does not end so; update its agent"
        }
    }
}
