package import Postgres

/// Why the private database server could not be used.
package enum EmbeddedPostgresError: Error, Equatable, Sendable {
    /// No PostgreSQL 15 or later is installed, or not the `version` that made the data; `searched` are the places looked at.
    case notInstalled(version: Int?, searched: [String])
    /// Another server process works on the same data folder.
    case inUse(folder: String, processID: Int32?)
    /// A file or folder could not be made, read or given to the server's account.
    case folder(path: String, reason: String)
    /// A program of PostgreSQL failed; `output` is the end of what it and the server wrote.
    case programFailed(program: String, output: String)
    /// The server runs but does not take connections.
    case unreachable(folder: String, PostgresError)
}

extension EmbeddedPostgresError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notInstalled(nil, let searched):
            """
            PostgreSQL 15 or later is not installed (looked in \(searched.joined(separator: ", "))); \
            run `apt-get install postgresql`, or give a connection string to a server of your own
            """
        case .notInstalled(let version?, let searched):
            """
            the private data was made by PostgreSQL \(version), which is not installed (looked in \
            \(searched.joined(separator: ", "))); run `apt-get install postgresql-\(version)`, or bring the data to another \
            version with pg_upgrade
            """
        case .inUse(let folder, let processID):
            """
            another server\(processID.map { " (process \($0))" } ?? "") uses the data folder \(folder); stop it first, \
            or choose another folder with --data
            """
        case .folder(let path, let reason): "cannot use \(path): \(reason)"
        case .programFailed(let program, let output): "\(program) failed: \(output)"
        case .unreachable(let folder, let error):
            "the private PostgreSQL in \(folder) does not answer: \(error)"
        }
    }
}
