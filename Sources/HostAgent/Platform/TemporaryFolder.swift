import FoundationEssentials
import Glibc

/// A folder that is there while the body runs.
package enum TemporaryFolder {
    package static func with<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        var template = Array("/tmp/ringmaster-agent.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw AgentFailure("no folder can be made in /tmp: \(String(cString: strerror(errno)))")
        }
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        do {
            // apt fetches as a user of its own, which must be able to enter.
            chmod(path, 0o755)
            let result = try await body(path)
            try FileManager.default.removeItem(atPath: path)
            return result
        } catch {
            // The error at hand says more than one of clearing up.
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }
}
