import Glibc
package import Time

/// The system's wall clock.
package enum SystemClock {
    package static let now: @Sendable () -> Timestamp = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}

/// The data folder when there is no private PostgreSQL to make it.
enum FolderOfData {
    static func make(_ path: String) throws {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw FolderFailure(description: "cannot make the data folder \(path): \(String(cString: strerror(errno)))")
        }
    }
}

struct FolderFailure: Error, CustomStringConvertible {
    let description: String
}

/// Something else listens where the server should.
struct AddressTaken: Error, CustomStringConvertible {
    let address: String

    var description: String {
        "cannot listen on \(address): address already in use; stop what listens there, or choose another with --listen"
    }
}

/// The database has an older schema than this binary.
struct OutdatedSchema: Error, CustomStringConvertible {
    let pending: [String]

    var description: String {
        "the database's schema is older than this binary: \(pending.joined(separator: ", ")) pending; "
            + "run `ringmaster migrate` with a role that owns the schema, then start again"
    }
}
