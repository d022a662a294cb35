import Foundation
import Postgres

/// Reads clocks and counters: time, CPU of this process and of PostgreSQL, WAL written.
struct Meter: Sendable {
    struct Reading: Sendable {
        var time: ContinuousClock.Instant
        var engineCPU: Double
        var databaseCPU: Double
        var wal: Double
    }

    let dataFolder: String
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

/// What one round took.
struct Measurement: Sendable {
    var outcomesPerSecond: Double
    var commitsPerSecond: Double
    var outcomesPerCommit: Double
    var engineMicroseconds: Double
    var databaseMicroseconds: Double
    var walBytes: Double

    init(from start: Meter.Reading, to end: Meter.Reading, outcomes: Int, commits: Int) {
        let (seconds, attoseconds) = (end.time - start.time).components
        let elapsed = Double(seconds) + Double(attoseconds) / 1e18
        let outcomes = Double(outcomes)
        outcomesPerSecond = outcomes / elapsed
        commitsPerSecond = Double(commits) / elapsed
        outcomesPerCommit = outcomes / Double(max(1, commits))
        engineMicroseconds = (end.engineCPU - start.engineCPU) / outcomes * 1e6
        databaseMicroseconds = (end.databaseCPU - start.databaseCPU) / outcomes * 1e6
        walBytes = (end.wal - start.wal) / outcomes
    }

    func line(_ round: Int) -> String {
        let columns = [
            ("\(round)", 5), ("\(Int(outcomesPerSecond))", 12), ("\(Int(outcomesPerCommit))", 17),
            (commitsPerSecond.rounded1, 11), (engineMicroseconds.rounded1, 15), (databaseMicroseconds.rounded1, 19),
            ("\(Int(walBytes))", 11),
        ]
        return columns.map { text, width in String(repeating: " ", count: max(0, width - text.count)) + text }.joined()
    }
}

extension Double {
    /// With one digit behind the point.
    var rounded1: String { String(format: "%.1f", self) }
}
