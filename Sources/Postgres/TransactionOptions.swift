/// How a transaction runs; read committed unless said otherwise.
package struct TransactionOptions: Sendable {
    package enum Isolation: String, Sendable {
        case readCommitted = "READ COMMITTED"
        case repeatableRead = "REPEATABLE READ"
        case serializable = "SERIALIZABLE"
    }

    package var isolation = Isolation.readCommitted
    package var isReadOnly = false
    /// The server ends a statement that runs longer, with ``PostgresError/Code/queryCancelled``.
    package var statementTimeout: Duration?
    /// The server ends a statement that waits longer for a lock, with ``PostgresError/Code/lockNotAvailable``.
    package var lockTimeout: Duration?

    package init() {}

    var begin: [Statement] {
        var statements = [
            Statement.unprepared("BEGIN ISOLATION LEVEL \(isolation.rawValue)\(isReadOnly ? " READ ONLY" : "")")
        ]
        if let statementTimeout { statements.append(Self.limit("statement_timeout", statementTimeout)) }
        if let lockTimeout { statements.append(Self.limit("lock_timeout", lockTimeout)) }
        return statements
    }

    private static let set = SQL("postgres_set_local", "SELECT set_config($1, $2, true)")

    private static func limit(_ setting: String, _ duration: Duration) -> Statement {
        let (seconds, attoseconds) = duration.components
        // 0 would mean no limit at all.
        let milliseconds = max(1, seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
        return set(.text(setting), .text("\(milliseconds)ms"))
    }
}
