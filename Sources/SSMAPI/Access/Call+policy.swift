import ControlPlane
import Domain
import ReadModels

extension Call {
    /// Changes the policy by what the body makes of it.
    ///
    /// - Returns: the policy as the change left it.
    /// - Throws: ``SSMError`` of the body, or of a ``PolicyChangeRefusal``.
    @discardableResult
    func changePolicy(_ body: (inout Policy) throws -> Void) async throws -> PolicyBook {
        do {
            return try await services.policy.change(by: principal.name, key: key) { try body(&$0) }
        } catch let refusal as PolicyChangeRefusal {
            throw SSMError(refusal)
        }
    }

    func patchGroups(of policy: Policy) async throws -> PatchGroups {
        PatchGroups(policy, fleet: try await services.questions.fleetGroups(), within: principal.scope)
    }
}
