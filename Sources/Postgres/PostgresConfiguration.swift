/// How a process reaches its database.
package struct PostgresConfiguration: Sendable {
    /// libpq's connection string: `host=… dbname=…` or `postgresql://…`; it overrides what is set here.
    package var conninfo: String
    /// Connections that may be open at once.
    package var maxConnections = 10
    /// Callers that may wait for a connection at once; more are refused.
    package var maxWaiters = 10_000
    /// How long a caller waits for a connection.
    package var acquireTimeout = Duration.seconds(30)
    /// How long opening a connection may take, names resolved and password checked.
    package var connectTimeout = Duration.seconds(10)
    /// What `pg_stat_activity` calls the process.
    package var applicationName = "ringmaster"
    /// Server settings of every session.
    ///
    /// Generic plans: each hot statement has one good plan, and planning it again costs more than running it. An idle
    /// transaction can only be a lost client; left alone it would stop the server's clean-up.
    package var sessionSettings = [
        "TimeZone": "UTC", "plan_cache_mode": "force_generic_plan", "idle_in_transaction_session_timeout": "60s",
    ]

    package init(conninfo: String) { self.conninfo = conninfo }
}
