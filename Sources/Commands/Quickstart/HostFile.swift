import FoundationEssentials

/// Reads files whose absence is an error.
enum HostFile {
    static func text(_ path: String) throws -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw CommandFailure("cannot read \(path): \(error)", exitCode: .inputMissing)
        }
    }
}
