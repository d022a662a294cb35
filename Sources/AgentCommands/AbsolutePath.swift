import Glibc
import HostAgent

/// A path that means the same whatever folder the agent is started in later.
enum AbsolutePath {
    static func of(_ path: String) throws -> String {
        guard !path.hasPrefix("/") else { return path }
        guard let folder = getcwd(nil, 0) else {
            let reason = String(cString: strerror(errno))
            throw AgentFailure("\(path) is relative to a folder that cannot be told: \(reason); give it from / on")
        }
        defer { free(folder) }
        let base = String(cString: folder)
        return base == "/" ? base + path : "\(base)/\(path)"
    }
}
