package import ArgumentParser

/// A command's own failure, with the exit code that it ends with.
package struct CommandFailure: Error, Equatable, CustomStringConvertible {
    package var description: String
    package var exitCode: ExitCode

    package init(_ description: String, exitCode: ExitCode) {
        self.description = description
        self.exitCode = exitCode
    }
}
