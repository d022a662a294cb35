import HostAgent

/// A file that holds a secret.
enum SecretFile {
    static func text(_ path: String) throws -> String {
        guard let text = try HostFile.text(path) else { throw AgentFailure("there is no file \(path)") }
        return text
    }
}
