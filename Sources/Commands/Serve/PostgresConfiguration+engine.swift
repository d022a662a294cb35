import Postgres

extension PostgresConfiguration {
    /// The engine's own connections: flushes and leases must not wait in line behind everybody's questions, nor for a lock
    /// that somebody holds.
    static func ofEngine(_ conninfo: String) -> Self {
        var configuration = Self(conninfo: conninfo)
        configuration.maxConnections = 3
        configuration.sessionSettings["lock_timeout"] = "5s"
        configuration.sessionSettings["statement_timeout"] = "30s"
        return configuration
    }
}
