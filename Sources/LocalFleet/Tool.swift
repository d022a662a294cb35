import Foundation
import Subprocess

/// Runs one of the system's tools to its end.
enum Tool {
    /// More output than any of the tools used here has.
    private static let outputLimit = 4 << 20

    /// - Returns: what it wrote to standard output.
    @discardableResult
    static func run(_ name: String, _ arguments: [String], input: String = "") async throws -> String {
        let environment: Environment = .inherit.updating(["LC_ALL": "C", "TZ": "UTC"])
        let result = try await Subprocess.run(
            .name(name),
            arguments: Arguments(arguments),
            environment: environment,
            input: .string(input),
            output: .string(limit: outputLimit),
            error: .string(limit: outputLimit)
        )
        guard result.terminationStatus.isSuccess else {
            let text = result.standardError.trimmingCharacters(in: .whitespacesAndNewlines)
            let command = ([name] + arguments).joined(separator: " ")
            throw FleetFailure("\(command) failed, \(result.terminationStatus): \(text)")
        }
        return result.standardOutput
    }

    static func write(_ text: String, to path: String, mode: Int = 0o644) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    static func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
}
