extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    /// What failed, on what, why, and what to do next, without parameters or rows.
    package var description: String {
        var text = message
        if let sqlState {
            // Messages about values quote them.
            text = code == .invalidData ? "the server refused a value" : text
            text += " (\(sqlState))"
        }
        if let statement {
            text = "\(statement)" + (index.map { ", statement \($0) of its batch" } ?? "") + ": " + text
        }
        if let advice { text += "; \(advice)" }
        return text
    }

    package var debugDescription: String {
        var text = "\(code.rawValue): \(description)"
        if code == .invalidData { text += "; \(message)" }
        if let detail { text += "; detail: \(detail)" }
        return text
    }

    /// What an operator can do about it; nil when only the caller can know.
    private var advice: String? {
        switch code {
        case .invalidConnectionString:
            "write it as host=… port=5432 user=… dbname=… or postgresql://user@host:5432/database"
        case .connectFailed:
            "check that PostgreSQL runs there and that host and port in the connection string are right"
        case .unsupportedServer: "upgrade PostgreSQL to version 15 or later"
        case .serverUnavailable: "it is starting or stopping; try again in a few seconds"
        case .invalidPassword: "check user and password in the connection string, and pg_hba.conf on the server"
        case .unknownDatabase: "create it with createdb, or correct dbname in the connection string"
        case .tooManyConnections: "raise max_connections on the server or use fewer connections per process"
        case .connectionLost: "nothing took effect; try again"
        case .outcomeUnknown: "it took effect wholly or not at all; read the data before repeating it"
        case .poolTimeout, .poolFull:
            "the database is slower than the load; look for long statements in pg_stat_activity or raise the pool's size"
        case .diskFull: "free space on the server's disk or enlarge it; nothing was lost and nothing was written"
        case .outOfMemory: "give the server more memory or lower work_mem and max_connections"
        case .readOnly: "the server is a standby or read-only; connect to the primary"
        case .insufficientPrivilege: "grant the role what it needs or connect as the owner of the schema"
        case .undefinedTable, .undefinedColumn: "the schema is missing or older; run `ringmaster migrate`"
        default: nil
        }
    }
}
