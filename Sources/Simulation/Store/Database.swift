import AgentProtocol
import Domain
import DurableStreams

/// All that the database holds, and a restore brings back together.
struct Database {
    var tables = MemoryTables()
    /// What is stored under its digest.
    var inventories: [String: Inventory] = [:]
    var plans: [String: Plan] = [:]
    /// By node: the rollout that may order it.
    var claims: [String: String] = [:]
}
