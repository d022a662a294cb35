import FoundationEssentials
import HostAgent

/// A path that means the same whatever folder the agent is started in later.
enum AbsolutePath {
    static func of(_ path: String) throws -> String {
        guard !path.hasPrefix("/") else { return path }
        let base = FileManager.default.currentDirectoryPath
        guard !base.isEmpty else {
            throw AgentFailure("\(path) is relative to a folder that cannot be told; give it from / on")
        }
        return base == "/" ? base + path : "\(base)/\(path)"
    }
}
