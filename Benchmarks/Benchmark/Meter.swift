import Foundation
import Postgres
import Time

/// Reads clocks and counters: time, CPU of this process and of PostgreSQL, WAL written.
struct Meter: Sendable {
    struct Reading: Sendable {
        var time: ContinuousClock.Instant
        var engineCPU: Double
        var databaseCPU: Double
        var wal: Double
    }

    let client: PostgresClient

    func read() async throws -> Reading {
        let sql = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8, current_setting('data_directory')"
        let row = try await client.query(.unprepared(sql)).one()
        return Reading(
            time: .now,
            engineCPU: Self.ownCPU(),
            databaseCPU: try Self.databaseCPU(dataDirectory: row.get(1)),
            wal: try row.get(0)
        )
    }

    /// Orders that no host has ended yet.
    func orderCount() async throws -> Int {
        try await client.query(.unprepared("SELECT count(*) FROM \"order\"")).one().get(0)
    }

    /// Seconds of user and system time.
    private static func ownCPU() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }

    /// The postmaster's, its children's, and that of its children that have ended.
    private static func databaseCPU(dataDirectory: String) throws -> Double {
        let lines = try String(contentsOfFile: dataDirectory + "/postmaster.pid", encoding: .utf8)
        let postmaster = lines.split(separator: "\n").first.map(String.init) ?? ""
        let ticks = try FileManager.default.contentsOfDirectory(atPath: "/proc").reduce(0.0) { sum, name in
            guard Int(name) != nil, let stat = fields(of: name) else { return sum }
            if name == postmaster { return sum + stat[11...14].reduce(0, +) }
            return stat[1] == Double(postmaster) ? sum + stat[11] + stat[12] : sum
        }
        return ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The numbers behind the program's name in `/proc/PID/stat`; nil when the process has ended.
    private static func fields(of process: String) -> [Double]? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        return text[text.index(after: end)...].split(separator: " ").map { Double($0) ?? 0 }
    }
}

/// What happened between two readings, for each host outcome.
struct Usage: Sendable {
    let seconds: Double
    let engineMicroseconds: Double
    let databaseMicroseconds: Double
    let walBytes: Double
    let coresBusy: Double

    init(from start: Meter.Reading, to end: Meter.Reading, outcomes: Double) {
        let engine = end.engineCPU - start.engineCPU
        let database = end.databaseCPU - start.databaseCPU
        seconds = (end.time - start.time) / .seconds(1)
        engineMicroseconds = engine / outcomes * 1e6
        databaseMicroseconds = database / outcomes * 1e6
        walBytes = (end.wal - start.wal) / outcomes
        coresBusy = (engine + database) / seconds
    }
}

/// The machine's clock.
func wallTime() -> Timestamp {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Timestamp(microseconds: Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000)
}
