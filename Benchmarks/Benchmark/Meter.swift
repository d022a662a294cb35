import Glibc
import Postgres
import Time

/// Reads clocks and counters: time, CPU of the control plane, of PostgreSQL and of the load, WAL written.
struct Meter: Sendable {
    struct Reading: Sendable {
        var time: ContinuousClock.Instant
        var engineCPU: Double
        var databaseCPU: Double
        /// Of this process, when the control plane is another.
        var loadCPU: Double
        /// Of all cores together.
        var idle: Double
        var wal: Double
    }

    let client: PostgresClient
    /// The control plane's process.
    let engine: ProcessID

    init(client: PostgresClient, engine: ProcessID = .own) {
        self.client = client
        self.engine = engine
    }

    func read() async throws -> Reading {
        let sql = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8, current_setting('data_directory')"
        let row = try await client.query(.unprepared(sql)).one()
        let postmaster = try ProcessID(postmasterOf: row.get(1))
        return Reading(
            time: .now,
            engineCPU: engine.cpuSeconds,
            databaseCPU: try postmaster.cpuSecondsWithChildren,
            loadCPU: engine == .own ? 0 : ProcessID.own.cpuSeconds,
            idle: try ProcessID.machineIdleSeconds,
            wal: try row.get(0)
        )
    }

    /// Orders that no host has ended yet.
    func orderCount() async throws -> Int {
        try await client.query(.unprepared("SELECT count(*) FROM \"order\"")).one().get(0)
    }
}

/// What happened between two readings, for each host outcome.
struct Usage: Sendable {
    let seconds: Double
    let engineMicroseconds: Double
    let databaseMicroseconds: Double
    let loadMicroseconds: Double
    let walBytes: Double
    /// Cores at work for what is measured.
    let coresBusy: Double
    /// Cores without work; what is in neither had other work.
    let coresIdle: Double

    init(from start: Meter.Reading, to end: Meter.Reading, outcomes: Double) {
        let engine = end.engineCPU - start.engineCPU
        let database = end.databaseCPU - start.databaseCPU
        let load = end.loadCPU - start.loadCPU
        seconds = (end.time - start.time) / .seconds(1)
        engineMicroseconds = engine / outcomes * 1e6
        databaseMicroseconds = database / outcomes * 1e6
        loadMicroseconds = load / outcomes * 1e6
        walBytes = (end.wal - start.wal) / outcomes
        coresBusy = (engine + database + load) / seconds
        coresIdle = (end.idle - start.idle) / seconds
    }
}

/// The machine's clock.
func wallTime() -> Timestamp {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Timestamp(microseconds: Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000)
}
