package import ArgumentParser

/// What the process's exit code tells a script; docs/cli.md lists them.
extension ExitCode {
    /// A check found something wrong, such as a broken chain or a host that is not as it should be.
    package static let checkFailed = Self(1)
    /// The cycle ended without completing.
    package static let cycleNotCompleted = Self(3)
    /// The control plane understood and refused.
    package static let refused = Self(4)
    /// A workflow or policy file has problems.
    package static let invalidFile = Self(65)
    /// A file that the command needs cannot be read.
    package static let inputMissing = Self(66)
    /// The control plane, or the database, does not answer.
    package static let unreachable = Self(69)
    /// The control plane failed, or answered as none does.
    package static let serverFailed = Self(70)
    /// The output cannot be written.
    package static let outputFailed = Self(74)
    /// The control plane does not know the token, or it may not do this.
    package static let notAllowed = Self(77)
    /// A person or the system asked the command to end: 128 and the signal's number, as shells say it.
    package static let interrupted = Self(130)
}
