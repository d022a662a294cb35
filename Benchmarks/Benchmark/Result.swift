import Foundation
import Postgres

/// What a benchmark has found, as one line of JSON.
struct Result<Figures: Encodable>: Encodable {
    let benchmark: String
    let machine = Machine()
    /// nil where no PostgreSQL is at work.
    let settings: Settings?
    let figures: Figures
    /// What keeps the figures from being better.
    let bound: String

    /// Prints the line.
    func print() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        Swift.print(String(decoding: try encoder.encode(self), as: UTF8.self))
    }
}

/// The machine that was measured.
struct Machine: Encodable {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let memoryGiB = Int((ProcessInfo.processInfo.physicalMemory + 1 << 29) >> 30)
    let system = ProcessInfo.processInfo.operatingSystemVersionString
    /// Load of the last minute when the figures were taken: other work disturbs them.
    let load: Double = {
        var load = 0.0
        getloadavg(&load, 1)
        return load.rounded(toPlaces: 1)
    }()
}

/// How PostgreSQL keeps what it is told.
struct Settings: Encodable, Sendable {
    let postgresql: String
    let fsync: String
    let synchronousCommit: String
    let fullPageWrites: String
    let sharedBuffers: String

    static func read(_ client: PostgresClient) async throws -> Self {
        let names = ["server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers"]
        let columns = names.map { "current_setting('\($0)')" }.joined(separator: ", ")
        let row = try await client.query(.unprepared("SELECT \(columns)")).one()
        return Self(
            postgresql: try row.get(0),
            fsync: try row.get(1),
            synchronousCommit: try row.get(2),
            fullPageWrites: try row.get(3),
            sharedBuffers: try row.get(4)
        )
    }
}

/// What bounds a rate.
enum Bound {
    /// Below this share of all cores without work, there is nothing left to wait for.
    private static let idleShare = 0.15

    static func rate(coresIdle: Double) -> String {
        let cores = Double(ProcessInfo.processInfo.activeProcessorCount)
        return coresIdle < idleShare * cores
            ? "the processor: all cores are at work" : "waiting for commits to reach the disk: cores are idle"
    }
}

/// Tells how far a benchmark is.
func progress(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

extension Double {
    func rounded(toPlaces places: Int) -> Double {
        let scale = pow(10.0, Double(places))
        return (self * scale).rounded() / scale
    }
}

extension [Double] {
    /// The middle value; 0 for none.
    var median: Double { quantile(0.5) }

    /// The value that this share of all is not above; 0 for none.
    func quantile(_ share: Double) -> Double {
        isEmpty ? 0 : sorted()[Swift.min(Int(Double(count) * share), count - 1)]
    }
}
