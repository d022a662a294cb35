import ControlPlane
import FoundationEssentials
import Subprocess
import SystemPackage

/// The program that signs orders in the order key's place, run once for each order.
///
/// It gets the bytes on one line of standard input, in base64, and answers with their signature so.
package struct SignerProgram: Sendable {
    /// Most that is read of what it prints, in bytes.
    private static let outputLimit = 4_096

    private let program: String
    private let arguments: [String]
    private let limit: Duration

    /// - Parameters:
    ///   - command: the program and its arguments, never through a shell; nil for none.
    ///   - limit: how long it may take.
    package init?(_ command: [String], limit: Duration = .seconds(10)) {
        guard let program = command.first else { return nil }
        self.limit = limit
        self.program = program
        arguments = Array(command.dropFirst())
    }

    /// - Returns: the raw signature.
    /// - Throws: ``OrderNotSigned`` when the program fails, is too slow, or answers something else.
    package func signature(of bytes: [UInt8]) async throws -> [UInt8] {
        let line = try await withThrowingTaskGroup(of: String.self) { group in
            group.addTask { try await answer(to: Data(bytes).base64EncodedString()) }
            group.addTask {
                try await Task.sleep(for: limit)
                throw OrderNotSigned(why: "\(program) did not end within \(limit)")
            }
            // Whichever is first; the other is cancelled, which ends the program.
            defer { group.cancelAll() }
            return try await group.next() ?? ""
        }
        guard let signature = Data(base64Encoded: line) else {
            throw OrderNotSigned(why: "\(program) answered something else than a line of base64")
        }
        return Array(signature)
    }

    private func answer(to line: String) async throws -> String {
        let result = try await run(
            program.contains("/") ? .path(FilePath(program)) : .name(program),
            arguments: Arguments(arguments),
            platformOptions: Self.options,
            input: .string(line + "\n"),
            output: .string(limit: Self.outputLimit),
            error: .string(limit: Self.outputLimit)
        )
        guard result.terminationStatus.isSuccess else {
            let words = result.standardError.split(separator: "\n").last.map { ": \($0)" } ?? ""
            throw OrderNotSigned(why: "\(program) ended with \(result.terminationStatus)\(words)")
        }
        return String(result.standardOutput.prefix { !$0.isNewline })
    }

    private static var options: PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(1))]
        return options
    }
}
