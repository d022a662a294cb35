package import ArgumentParser

/// How the process ended, as its exit code tells a script.
///
/// Codes never change their meaning; docs/cli.md lists the same.
package enum Ending: Int32, CaseIterable, Sendable {
    case done = 0
    case checkFailed = 1
    case cycleNotCompleted = 3
    case refused = 4
    case wrongUsage = 64
    case invalidFile = 65
    case inputMissing = 66
    case unreachable = 69
    case serverFailed = 70
    case outputFailed = 74
    case notAllowed = 77
    case interrupted = 130

    package var meaning: String {
        switch self {
        case .done: "done"
        case .checkFailed: "a check found something wrong"
        case .cycleNotCompleted: "the cycle ended without completing"
        case .refused: "the control plane refused"
        case .wrongUsage: "the command line is wrong"
        case .invalidFile: "a workflow or policy file has problems"
        case .inputMissing: "a file that is needed cannot be read"
        case .unreachable: "the control plane, the database, or a feed's server does not answer"
        case .serverFailed: "the control plane failed"
        case .outputFailed: "the output cannot be written"
        case .notAllowed: "the token does not allow it, or root is needed"
        case .interrupted: "interrupted"
        }
    }

    /// As `--help` lists them.
    static var list: String {
        allCases.map { ending in
            let code = "\(ending.rawValue)"
            return "  \(code)\(String(repeating: " ", count: 4 - code.count))\(ending.meaning)"
        }.joined(separator: "\n")
    }
}

extension ExitCode {
    /// A check found something wrong, such as a broken chain or a host that is not as it should be.
    package static let checkFailed = Self(.checkFailed)
    /// The cycle ended without completing.
    package static let cycleNotCompleted = Self(.cycleNotCompleted)
    /// The control plane understood and refused.
    package static let refused = Self(.refused)
    /// A workflow or policy file has problems.
    package static let invalidFile = Self(.invalidFile)
    /// A file that the command needs cannot be read.
    package static let inputMissing = Self(.inputMissing)
    /// The control plane, or the database, does not answer.
    package static let unreachable = Self(.unreachable)
    /// The control plane failed, or answered as none does.
    package static let serverFailed = Self(.serverFailed)
    /// The output cannot be written.
    package static let outputFailed = Self(.outputFailed)
    /// The control plane does not know the token, or it may not do this.
    package static let notAllowed = Self(.notAllowed)
    /// A person or the system asked the command to end: 128 and the signal's number, as shells say it.
    package static let interrupted = Self(.interrupted)

    private init(_ ending: Ending) { self.init(ending.rawValue) }
}
