import Domain
import Hummingbird
import ReadModels

extension FleetQuestions {
    /// The node that the path names as `:id`.
    @Sendable
    func reach(_ request: Request, _ context: OperatorContext) async throws -> AccessReach {
        try await reach(ofNode: try context.decoded("id"))
    }
}
