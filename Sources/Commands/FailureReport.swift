import Advisories
import AgentProtocol
package import ArgumentParser
import Certificates
import Client
import ControlPlane
import DurableStreams
import EmbeddedPostgres
import Evidence
import ObjectStorage
import Postgres
import Workflows

/// How an error that ended a command is told: a line for the person, and a code for the script.
package struct FailureReport: Equatable, Sendable {
    package var line: String
    package var exitCode: ExitCode

    package init(line: String, exitCode: ExitCode) {
        self.line = line
        self.exitCode = exitCode
    }

    /// What is told of `error`.
    package init(_ error: any Error) {
        line = "error: \(error)"
        exitCode =
            switch error {
            case let failure as CommandFailure: failure.exitCode
            case let problem as Problem: Self.exitCode(ofStatus: problem.status)
            case ClientError.invalidServer: .validationFailure
            case is CertificateFailure: .inputMissing
            case ClientError.unreachable: .unreachable
            case ClientError.unexpectedAnswer: .serverFailed
            case is TokenFileError, is KeyFileError, is WorkflowFolderError, is FileError, is FeedError: .inputMissing
            case let error as EvidenceError: error.exitCode
            case is TimestampProblem: .serverFailed
            case is OrderKeyRefusal: .refused
            case is DownloadError: .unreachable
            case let error as StorageError: error.status.map { $0 < 500 } == true ? .refused : .unreachable
            case is WorkflowProblems: .invalidFile
            case let error as PostgresError where error.code == .invalidConnectionString: .validationFailure
            case is PostgresError, is StoreError, is EmbeddedPostgresError, MigrationError.database: .unreachable
            default: .serverFailed
            }
    }

    private static func exitCode(ofStatus status: Int) -> ExitCode {
        switch status {
        case 401, 403: .notAllowed
        case 502, 503, 504: .unreachable
        case 500...: .serverFailed
        default: .refused
        }
    }
}

extension EvidenceError {
    fileprivate var exitCode: ExitCode {
        switch self {
        case .exists, .notBegun: .refused
        case .brokenLog: .checkFailed
        case .missingContent: .serverFailed
        case .file, .noKey, .noColumn, .noBundle: .inputMissing
        }
    }
}
