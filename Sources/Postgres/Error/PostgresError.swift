/// Why a database call failed, in terms that a caller can act on.
///
/// ``description`` is safe to show and to log: it carries neither parameters nor rows. What the server adds beyond its
/// message may quote values and is in ``detail``, which only `debugDescription` shows.
package struct PostgresError: Error, Equatable, Sendable {
    package var code: Code
    /// The server's five characters such as `23505`; nil when the failure is not the server's answer.
    package var sqlState: String?
    /// One sentence by libpq, the server or this client.
    package var message: String
    /// The server's detail; it may quote values.
    package var detail: String?
    /// The constraint that was violated.
    package var constraint: String?
    /// The name of the statement that failed.
    package var statement: String?
    /// The place of the failed statement in its batch, from 0.
    package var index: Int?

    package init(
        _ code: Code,
        _ message: String,
        sqlState: String? = nil,
        detail: String? = nil,
        constraint: String? = nil,
        statement: String? = nil,
        index: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.detail = detail
        self.constraint = constraint
        self.statement = statement
        self.index = index
    }

    /// True when the same work may succeed if it is simply done again: nothing of it took effect.
    package var isRetryable: Bool {
        switch code {
        case .serializationFailure, .deadlockDetected, .lockNotAvailable, .connectFailed, .connectionLost,
            .serverUnavailable, .tooManyConnections, .poolTimeout, .poolFull:
            true
        default: false
        }
    }

    /// True when the connection is at fault and not the statement.
    package var isConnectionFailure: Bool {
        switch code {
        case .connectFailed, .connectionLost, .outcomeUnknown, .serverUnavailable, .tooManyConnections: true
        default: false
        }
    }
}

extension PostgresError {
    /// The kind of failure; its raw value is stable and may be shown by API and CLI.
    package enum Code: String, Sendable {
        /// The connection string cannot be read.
        case invalidConnectionString = "invalid-connection-string"
        /// No connection could be opened: no server there, no route, or no answer in time.
        case connectFailed = "connect-failed"
        /// The server is older than this client supports.
        case unsupportedServer = "unsupported-server"
        /// The server is starting, stopping or recovering.
        case serverUnavailable = "server-unavailable"
        case invalidPassword = "invalid-password"
        case unknownDatabase = "unknown-database"
        case tooManyConnections = "too-many-connections"
        /// The connection broke and the work certainly had no effect.
        case connectionLost = "connection-lost"
        /// The connection broke after the work was sent and before it was answered: it took effect wholly or not at all.
        case outcomeUnknown = "outcome-unknown"

        /// No connection of the pool became free in time.
        case poolTimeout = "pool-timeout"
        /// As many callers as allowed wait for a connection already.
        case poolFull = "pool-full"
        /// The client, or the scope that lent the connection, is closed.
        case closed
        /// The task was cancelled while it waited for a connection; nothing was sent.
        case cancelled

        /// A parameter that PostgreSQL cannot hold; nothing was sent.
        case invalidParameter = "invalid-parameter"
        /// A column is missing, NULL, or of another type than was asked for.
        case decoding

        case uniqueViolation = "unique-violation"
        case foreignKeyViolation = "foreign-key-violation"
        case notNullViolation = "not-null-violation"
        case checkViolation = "check-violation"
        case serializationFailure = "serialization-failure"
        case deadlockDetected = "deadlock-detected"
        case lockNotAvailable = "lock-not-available"
        case queryCancelled = "query-cancelled"
        /// An earlier failure in the transaction was passed over, so that it could only be rolled back.
        case transactionAborted = "transaction-aborted"
        case readOnly = "read-only"
        case diskFull = "disk-full"
        case outOfMemory = "out-of-memory"
        case insufficientPrivilege = "insufficient-privilege"
        case undefinedTable = "undefined-table"
        case undefinedColumn = "undefined-column"
        /// The server found a value that it cannot take.
        case invalidData = "invalid-data"
        case other
    }
}
