import ControlPlane
import Domain
import ReadModels

/// The operations that change one node (ssm-semantics §5.2).
enum ManagedInstanceOperations {
    static let all = [deregister, updateRole]

    private struct Reference: Decodable, Sendable {
        var instanceId: String
    }

    private static let id = Shape.Member.required("InstanceId", .text(20...124, .managedInstanceID))

    /// Its key is revoked, for ever: to come back its host enrols as a new node.
    private static let deregister = Operation(
        "DeregisterManagedInstance",
        for: .enrol,
        on: { (input: Reference, call) in Demand(permission: .enrol, reach: try await call.node(input.instanceId).reach)
        },
        [id]
    ) { (input: Reference, call) in
        let request = RevokeNode(reason: "deregistered through the API of SSM", by: call.principal.name)
        try await call.services.nodes.revoke(input.instanceId, request, key: call.key)
        return NoOutput()
    }

    private struct RoleInput: Decodable, Sendable {
        var instanceId: String
        var iamRole: String
    }

    private static let updateRole = Operation(
        "UpdateManagedInstanceRole",
        for: .enrol,
        on: { (input: RoleInput, call) in Demand(permission: .enrol, reach: try await call.node(input.instanceId).reach)
        },
        [id, .required("IamRole", .text(0...64))]
    ) { (input: RoleInput, call) in
        try await call.label(input.instanceId, NodeLabelChange(role: input.iamRole))
        return NoOutput()
    }
}

extension NodeView {
    var reach: AccessReach { .node(site: site, patchGroup: patchGroup) }
}

extension Call {
    func label(_ node: String, _ change: NodeLabelChange) async throws {
        try await services.nodes.label(node, change, by: principal.name, key: key)
    }
}
