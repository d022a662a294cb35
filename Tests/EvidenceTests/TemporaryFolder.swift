import FoundationEssentials

/// A folder of a test's own.
enum TemporaryFolder {
    /// Runs the body with the folder's path, and removes the folder.
    static func with<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let path = "/tmp/ringmaster-tests-\(UInt64.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        do {
            let result = try await body(path)
            try FileManager.default.removeItem(atPath: path)
            return result
        } catch {
            try FileManager.default.removeItem(atPath: path)
            throw error
        }
    }
}
